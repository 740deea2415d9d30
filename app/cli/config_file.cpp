#include "app/cli/config_file.h"

#include "base/atomic_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace dragoman {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const YAML::Mark& mark, const std::string& what) {
  // yaml-cpp counts lines from 0, and has none for a document that is empty.
  throw std::invalid_argument(fmt::format("{}:{}: {}", path.string(), std::max(mark.line, 0) + 1, what));
}

// Where the first node of a document begins. Knows no more of it.
class FirstNode : public YAML::EventHandler {
 public:
  const YAML::Mark& mark() const { return *mark_; }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { see(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { see(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string&) override { see(mark); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    see(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    see(mark);
  }
  void OnMapEnd() override {}

 private:
  void see(const YAML::Mark& mark) {
    if (!seen_) mark_ = mark;
    seen_ = true;
  }

  std::optional<YAML::Mark> mark_;
  bool seen_ = false;
};

// Not YAML::LoadAll: where a document stands that it cannot read, it finds one more for ever.
YAML::Node read_only_document(const std::filesystem::path& path, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  FirstNode first, second;
  if (!parser.HandleNextDocument(first)) return {};
  if (parser.HandleNextDocument(second))
    refuse(path, second.mark(), "a second YAML document; write one map of options");
  return YAML::Load(text);
}

std::vector<Assignment> read_map(const std::filesystem::path& path, const YAML::Node& map);

bool is_list_of_maps(const YAML::Node& node) {
  return node.IsSequence() && node.size() > 0 &&
         std::all_of(node.begin(), node.end(), [](const YAML::Node& item) { return item.IsMap(); });
}

std::vector<std::string> read_values(const std::filesystem::path& path, const std::string& key, const YAML::Node& node,
                                     const YAML::Mark& key_mark) {
  if (node.IsScalar()) return {node.Scalar()};
  if (node.IsNull()) refuse(path, key_mark, fmt::format("{} has no value", key));
  if (node.IsMap()) {
    refuse(path, key_mark,
           fmt::format("{} holds a nested map; write every option at the top level, as 'name: value'", key));
  }
  std::vector<std::string> values;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) refuse(path, item.Mark(), fmt::format("an item of {} is not a plain value", key));
    values.push_back(item.Scalar());
  }
  return values;
}

std::vector<Assignment> read_map(const std::filesystem::path& path, const YAML::Node& map) {
  std::vector<Assignment> assignments;
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const YAML::Mark mark = entry.first.Mark();
    if (!entry.first.IsScalar()) refuse(path, mark, "a key is not a plain name");
    Assignment assignment;
    assignment.name = entry.first.Scalar();
    std::replace(assignment.name.begin(), assignment.name.end(), '_', '-');
    assignment.where = fmt::format("{}:{}: {}", path.string(), mark.line + 1, assignment.name);
    if (!seen.insert(assignment.name).second) refuse(path, mark, fmt::format("{} is given twice", assignment.name));
    if (is_list_of_maps(entry.second)) {
      for (const YAML::Node& item : entry.second) assignment.maps.push_back(read_map(path, item));
    } else {
      assignment.values = read_values(path, assignment.name, entry.second, mark);
      assignment.is_list = entry.second.IsSequence();
    }
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

void write_map(YAML::Emitter& out, const std::vector<Assignment>& assignments) {
  out << YAML::BeginMap;
  for (const Assignment& assignment : assignments) {
    out << YAML::Key << assignment.name << YAML::Value;
    if (!assignment.maps.empty()) {
      out << YAML::BeginSeq;
      for (const std::vector<Assignment>& map : assignment.maps) write_map(out, map);
      out << YAML::EndSeq;
    } else if (assignment.is_list) {
      out << YAML::Flow << assignment.values;
    } else {
      out << assignment.values.front();
    }
  }
  out << YAML::EndMap;
}

}  // namespace

std::vector<Assignment> read_config_file(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  YAML::Node map;
  try {
    map = read_only_document(path, text);
  } catch (const YAML::Exception& error) {
    refuse(path, error.mark, fmt::format("not valid YAML: {}", error.msg));
  }
  if (map.IsNull()) return {};
  if (!map.IsMap()) refuse(path, map.Mark(), "not a map of options; write lines of the form 'name: value'");
  return read_map(path, map);
}

std::string format_config_file(const std::vector<Assignment>& assignments) {
  YAML::Emitter out;
  write_map(out, assignments);
  return assignments.empty() ? std::string("{}\n") : std::string(out.c_str()) + "\n";
}

}  // namespace dragoman
