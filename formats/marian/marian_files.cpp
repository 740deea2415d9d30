#include "formats/marian/marian_files.h"

#include "base/atomic_file.h"
#include "formats/foreign/yaml_document.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

bool has_one_of(std::string_view name, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return name.find(part) != name.npos; });
}

bool ends_with_one_of(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return name.ends_with(end); });
}

// A training leaves its optimiser's state beside the model; Firefox keeps a shortlist in the form of .bin.
bool is_model_file(const std::string& name) {
  if (name.ends_with(".optimizer.npz") || has_one_of(name, {"lex.", "s2t", "pytorch_model"})) return false;
  return ends_with_one_of(name, {".npz", ".bin"});
}

bool is_spm(const fs::path& path) {
  return path.extension() == ".spm";
}

bool is_table(const std::string& name) {
  return has_one_of(name, {"vocab"}) && ends_with_one_of(name, {".yml", ".yaml", ".json", ".txt", ".vocab", ".voc"});
}

std::vector<std::string> sorted_names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

class FileFinder {
 public:
  explicit FileFinder(const fs::path& from)
      : from_(from), folder_(fs::is_directory(from) ? from : folder_of(from)), names_(sorted_names_in(folder_)) {}

  MarianFiles find() {
    MarianFiles files;
    if (fs::exists(folder_ / "decoder.yml")) files.decoder = options_in(folder_ / "decoder.yml");
    files.model = model(files.decoder);
    const fs::path own = files.model.string() + ".decoder.yml";
    if (files.decoder.file().empty() && fs::exists(own)) files.decoder = options_in(own);
    files.vocabularies = vocabularies(files);
    find_pieces(files);
    files.shortlist = shortlist(files.decoder);
    return files;
  }

 private:
  static ForeignOptions options_in(const fs::path& file) { return yaml_options(read_file(file), file.string()); }

  // What options name: there, or where the model was moved to.
  fs::path named(const std::string& name, const ForeignOptions& options, const std::string& option) const {
    for (const fs::path& place : {folder_ / name, folder_ / fs::path(name).filename()})
      if (fs::is_regular_file(place)) return place;
    options.refuse(option, fmt::format("but there is no {} beside the model; put it there", name));
  }

  std::vector<std::string> matching(bool (*fits)(const std::string&)) const {
    std::vector<std::string> found;
    std::ranges::copy_if(names_, std::back_inserter(found), fits);
    return found;
  }

  fs::path model(ForeignOptions& decoder) const {
    if (!fs::is_directory(from_)) return from_;
    if (decoder.has("models")) {
      const auto models = decoder.get<std::vector<std::string>>("models");
      if (models.size() != 1) decoder.refuse("models", "several in one search; import one of them, by its file");
      return named(models.front(), decoder, "models");
    }
    const std::vector<std::string> models = matching(is_model_file);
    if (models.size() == 1) return folder_ / models.front();
    if (models.empty() && std::ranges::any_of(names_, [](const std::string& name) { return name.ends_with(".gz"); }))
      throw std::runtime_error(fmt::format("{}: the model is packed; unpack it: gunzip *.gz", folder_.string()));
    throw std::runtime_error(
        fmt::format("{}: which of {} is the model? Import it by its file", folder_.string(), fmt::join(models, ", ")));
  }

  std::array<fs::path, 2> vocabularies(MarianFiles& files) {
    ForeignOptions training(files.model.string() + ".yml");
    if (fs::exists(training.file())) training = options_in(training.file());
    for (ForeignOptions* options : {&files.decoder, &training}) {
      if (!options->has("vocabs")) continue;
      const auto names = options->get<std::vector<std::string>>("vocabs");
      if (names.size() != 2) options->refuse("vocabs", "but only a model with one source and one target can be read");
      return {named(names[0], *options, "vocabs"), named(names[1], *options, "vocabs")};
    }
    return vocabularies_by_name();
  }

  std::array<fs::path, 2> vocabularies_by_name() const {
    std::vector<std::string> found = matching(is_table);
    if (found.empty()) found = matching([](const std::string& name) { return is_spm(name); });
    if (found.size() == 1) return {folder_ / found[0], folder_ / found[0]};
    if (found.size() == 2) {
      for (const auto& [source, target] : {std::pair{found[0], found[1]}, std::pair{found[1], found[0]}})
        if (has_one_of(source, {"src", "source"}) && has_one_of(target, {"trg", "tgt", "target"}))
          return {folder_ / source, folder_ / target};
    }
    throw std::runtime_error(fmt::format(
        "{}: {}; write what the model's are into a decoder.yml there: 'vocabs: [SOURCE, TARGET]'", folder_.string(),
        found.empty()
            ? "there is no vocabulary (*.spm, *vocab*.yml, *vocab*.txt)"
            : fmt::format("which vocabulary is the source's of {} is not to be told", fmt::join(found, ", "))));
  }

  void find_pieces(MarianFiles& files) const {
    constexpr std::array kNames = {"source.spm", "target.spm"};
    for (std::size_t side : {0u, 1u}) {
      const fs::path file = folder_ / kNames[side];
      if (!is_spm(files.vocabularies[side]) && fs::exists(file)) files.pieces[side] = file;
    }
  }

  // decoder.yml: shortlist: [FILE, first, best, …]
  std::optional<fs::path> shortlist(ForeignOptions& decoder) const {
    if (decoder.has("shortlist")) {
      const auto& value = decoder.json()["shortlist"];
      decoder.ignore({"shortlist"});
      if (!value.is_array() || value.empty() || !value[0].is_string())
        decoder.refuse("shortlist", "which names no file");
      const fs::path file = folder_ / fs::path(value[0].get<std::string>()).filename();
      if (fs::is_regular_file(file)) return file;
    }
    for (const std::string& name : names_)
      if (name.starts_with("lex.") && ends_with_one_of(name, {"s2t", "s2t.bin"})) return folder_ / name;
    return std::nullopt;
  }

  fs::path from_, folder_;
  std::vector<std::string> names_;
};

}  // namespace

bool is_marian_model(const fs::path& from) {
  std::error_code none;
  if (!fs::is_directory(from, none)) return is_model_file(from.filename().string());
  const std::vector<std::string> names = sorted_names_in(from);
  const auto fits = [&](auto&& rule) { return std::ranges::any_of(names, rule); };
  if (fits([](const std::string& name) { return name == "decoder.yml" || name.ends_with(".npz"); })) return true;
  return fits([](const std::string& name) { return is_spm(name) || is_table(name); }) && fits([](std::string name) {
           if (name.ends_with(".gz")) name.resize(name.size() - 3);
           return is_model_file(name);
         });
}

MarianFiles find_marian_files(const fs::path& from) {
  return FileFinder(from).find();
}

ForeignOptions yaml_options(std::string_view text, const std::string& file) {
  nlohmann::ordered_json json = json_of(read_yaml(text, file), file);
  if (json.is_null()) json = nlohmann::ordered_json::object();
  if (!json.is_object()) throw std::runtime_error(fmt::format("{}: is no map of options", file));
  return ForeignOptions::of(std::move(json), file);
}

}  // namespace dragoman
