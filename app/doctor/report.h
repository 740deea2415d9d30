#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {

/// What `dragoman doctor` finds: facts under headings, what does not work, and what could work better.
class DoctorReport {
 public:
  /// Facts added after this are under this heading.
  void section(std::string name);

  /// text: for people; empty: the value as it is, true and false as yes and no, null as none, items of a list behind
  /// each other.
  void fact(std::string name, nlohmann::ordered_json value, std::string text = "");

  /// A number of bytes.
  void bytes(std::string name, std::int64_t value);

  /// Something that keeps commands from working, or from working rightly, and what to do.
  void problem(std::string text) { problems_.push_back(std::move(text)); }

  /// Something without which commands are slower, and what to do.
  void hint(std::string text) { hints_.push_back(std::move(text)); }

  bool is_well() const { return problems_.empty(); }

  /// A page for people.
  std::string to_text() const;

  /// For programs: an object with one for each heading, whose keys have `_` in the place of blanks, and "problems",
  /// "hints" and "well".
  std::string to_json() const;

 private:
  struct Fact {
    std::string name;
    nlohmann::ordered_json value;
    std::string text;
  };
  struct Section {
    std::string name;
    std::vector<Fact> facts;
  };

  std::vector<Section> sections_;
  std::vector<std::string> problems_, hints_;
};

}  // namespace dragoman
