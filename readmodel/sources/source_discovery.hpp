// What this session finds of the delivery sources: which tables and columns there are, and what is off without the
// others. Spec: storage, "Source tables" and "Migrations".
#pragma once

#include <string_view>

#include "contracts/source_tables.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// One catalogue query, no privilege on the tables needed.
SourceAssessment assess_sources(Transaction& tx);

// Which source tables can be read, and how.
class SourceCapabilities {
 public:
  SourceCapabilities() = default;
  SourceCapabilities(const SourceAssessment& assessment)
      : usable_(assessment.usable), text_keyed_(assessment.text_keyed), off_(assessment.components_off()) {}

  bool has(std::string_view table) const { return usable_.count(table) != 0; }
  bool text_keyed(std::string_view table) const { return text_keyed_.count(table) != 0; }
  const ComponentSet& components_off() const { return off_; }
  // Whether projects and tasks are named by uuid columns everywhere, so that a part of a project can be read by index.
  bool uuid_keyed() const { return uuid_keyed_; }
  void set_uuid_keyed(bool uuid_keyed) { uuid_keyed_ = uuid_keyed; }

 private:
  std::set<std::string, std::less<>> usable_;
  std::set<std::string, std::less<>> text_keyed_;
  ComponentSet off_;
  bool uuid_keyed_ = false;
};

// Valid as long as nobody changes the schema.
// Errors: tidemark::Error of kind failed that names the required table or column that is missing, and the remedy.
SourceCapabilities discover_sources(Transaction& tx);

}  // namespace tidemark::readmodel
