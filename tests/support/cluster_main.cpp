// tidemark_test_cluster start|stop FILE: the cluster of one ctest run; FILE tells the tests where it is.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "support/cluster.hpp"

namespace {

// Also of a run that was killed before it came to its end.
void stop(const std::filesystem::path& file) {
  std::string folder;
  if (std::getline(std::ifstream(file), folder) && std::filesystem::exists(folder))
    tidemark::tests::stop_cluster(folder);
  std::filesystem::remove(file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: tidemark_test_cluster start|stop FILE\n");
    return 2;
  }
  try {
    const std::filesystem::path file = argv[2];
    stop(file);
    if (std::string_view{argv[1]} == "start") {
      std::ofstream out(file);
      out << tidemark::tests::start_cluster().string() << '\n';
    }
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tidemark_test_cluster: %s\n", e.what());
    return 1;
  }
}
