#include "tests/structure/include_rules.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>

namespace dragoman {
namespace {

const std::map<std::string, int> kHeights = {{"base", 0},     {"kernels", 1}, {"tokenizer", 1}, {"model", 2},
                                             {"data", 2},     {"metrics", 2}, {"formats", 3},   {"decoding", 4},
                                             {"training", 5}, {"app", 6},     {"library", 7}};

/// A library from outside, the start of its headers' names, and the folders that may use it.
struct ForeignLibrary {
  std::string name;
  std::regex headers;
  std::set<std::string> folders;  // of any depth
};

const std::vector<ForeignLibrary> kForeignLibraries = {
    {"Boost.Beast", std::regex("boost/(beast|asio)[./].*"), {"app/serve/http"}},
    {"OpenSSL", std::regex("openssl/.*"), {"app/serve"}},
    {"Boost.Program_options", std::regex("boost/program_options.*"), {"app"}},
    {"Boost", std::regex("boost/.*"), {"app", "training"}},
    {"SentencePiece", std::regex("sentencepiece.*"), {"tokenizer"}},
    {"CLD2", std::regex("cld2/.*"), {"tokenizer"}},
    {"ICU", std::regex("unicode/.*"), {"tokenizer", "metrics"}},
    {"LibTorch", std::regex("(torch|ATen|c10|caffe2)/.*"), {"model", "formats", "decoding", "training", "app"}}};

std::string first_folder(const std::string& path) {
  const auto slash = path.find('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool is_below(const std::string& name, const std::string& folder) {
  return name.starts_with(folder + "/");
}

/// What is wrong with the file `name` including `header`; empty if nothing.
std::string broken_rule(const std::string& name, const std::string& header, bool quoted) {
  const std::string folder = first_folder(name);
  for (const auto& library : kForeignLibraries) {
    if (std::regex_match(header, library.headers)) {
      const bool allowed =
          std::ranges::any_of(library.folders, [&](const std::string& one) { return is_below(name, one); });
      return allowed ? "" : fmt::format("{} may not be used in {}", library.name, folder);
    }
  }
  const auto included = kHeights.find(first_folder(header));
  if (included == kHeights.end()) {
    return quoted ? fmt::format("\"{}\" is not a path from the root into a layer", header) : "";
  }
  if (!quoted) return fmt::format("<{}> is ours: include it in quotes", header);
  if (is_below(header, "app/serve") && !is_below(name, "app/serve")) return "nothing but app/serve knows of HTTP";
  if (included->first == folder || included->second < kHeights.at(folder)) return "";
  return fmt::format("{} may not include {}, which is not below it", folder, included->first);
}

void check_file(const std::filesystem::path& root, const std::filesystem::path& path,
                std::vector<std::string>& broken) {
  static const std::regex kInclude(R"(\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  const auto name = path.lexically_relative(root).generic_string();
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::smatch match;
    if (!std::regex_match(line, match, kInclude)) continue;
    const auto rule = broken_rule(name, match[2], match[1] == "\"");
    if (!rule.empty()) broken.push_back(fmt::format("{}:{}: {}", name, number, rule));
  }
}

}  // namespace

std::vector<std::string> broken_include_rules(const std::filesystem::path& root) {
  std::vector<std::string> broken;
  for (const auto& [folder, height] : kHeights) {
    if (!std::filesystem::is_directory(root / folder)) {
      throw std::runtime_error(fmt::format("{}: there is no folder {}", root.string(), folder));
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension == ".h" || extension == ".cpp") check_file(root, entry.path(), broken);
    }
  }
  std::sort(broken.begin(), broken.end());
  return broken;
}

}  // namespace dragoman
