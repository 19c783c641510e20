#include "jobs/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace tidemark::jobs {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return number_; }
  void reset() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
  return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// What the new process does before it becomes the program. Only async-signal-safe calls: other threads may hold locks.
[[noreturn]] void become(const Process& process, char* const* arguments, char* const* environment, int in, int out) {
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  // A server that stays must not keep our locks and connections open.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  if (process.account) {
    const auto [uid, gid] = *process.account;
    if (::setgroups(1, &gid) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0) ::_exit(kNotStarted);
  }
  if (::chdir(process.folder.c_str()) != 0) ::_exit(kNotStarted);
  ::execve(arguments[0], arguments, environment);
  ::_exit(kNotStarted);
}

std::string read_all(int from) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) return text;
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("cannot wait for a process");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

ProcessResult run(const Process& process) {
  std::vector<std::string> arguments = process.arguments;
  std::vector<std::string> environment;
  for (const auto& [name, value] : process.environment) environment.push_back(fmt::format("{}={}", name, value));
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);

  Pipe input = make_pipe();
  if (!process.input.empty() && ::write(input.write.get(), process.input.data(), process.input.size()) < 0)
    fail("cannot write to a pipe");
  input.write.reset();
  Pipe output = make_pipe();
  Descriptor log{process.log.empty() ? -1
                                     : ::open(process.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  if (!process.log.empty() && log.get() < 0) fail("cannot open " + process.log.string());

  const pid_t child = ::fork();
  if (child < 0) fail("cannot start a process");
  if (child == 0)
    become(process, argument_pointers.data(), environment_pointers.data(), input.read.get(),
           process.log.empty() ? output.write.get() : log.get());
  output.write.reset();
  ProcessResult result;
  if (process.log.empty()) result.output = read_all(output.read.get());
  result.status = wait_for(child);
  return result;
}

}  // namespace tidemark::jobs
