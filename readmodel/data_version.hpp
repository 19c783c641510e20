// What readers may rely on: per project and metric family a version that moves only when rows did, and the as-of that
// the rows stand for. All delivery metrics are one family as long as a run always computes them together. Spec:
// storage, "Operational tables"; contract, "meta".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

inline constexpr std::string_view kDeliveryFamily = "delivery";

// What a family's rows stand for.
struct DataVersion {
  Instant as_of;
  std::optional<std::int64_t> source_watermark;
  std::string definition_hash;
  friend bool operator==(const DataVersion&, const DataVersion&) = default;
};

// nullopt: nothing has been computed yet.
std::optional<DataVersion> read_data_version(Transaction& tx, const Uuid& project_id, std::string_view family);

enum class RowChanges { none, some };

// Records `version`, and raises the counter where `changes` is some.
void write_data_version(Transaction& tx, const Uuid& project_id, std::string_view family, const DataVersion& version,
                        Instant computed_at, RowChanges changes);

}  // namespace tidemark::readmodel
