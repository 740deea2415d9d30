#include "training/course/training_directory.h"

#include "base/atomic_file.h"
#include "base/json.h"
#include "base/markup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kWeightsPrefix = "step-";
constexpr std::string_view kWeightsSuffix = ".safetensors";
constexpr const char* kChosen = "chosen";

fs::path options_of(const fs::path& model) {
  return model / "training" / "options.json";
}

fs::path state_of(const fs::path& model) {
  return model / "training" / "state.safetensors";
}

Json object_of(const NamedValues& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = printable(value);  // some are names of files
  return object;
}

NamedValues named_values(const Json& object) {
  NamedValues values;
  for (const auto& [name, value] : object.get_ref<const Json::object_t&>())
    values.emplace_back(name, value.get<std::string>());
  return values;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw std::runtime_error(fmt::format("{}: cannot make this folder: {}; choose another with --model",
                                         folder.string(), error ? error.message() : "a file of this name exists"));
  }
}

std::vector<fs::path> missing_folders(const fs::path& innermost) {
  std::vector<fs::path> missing;
  for (fs::path folder = innermost; !folder.empty(); folder = folder.parent_path()) {
    std::error_code error;
    if (fs::exists(fs::symlink_status(folder, error))) break;
    missing.push_back(folder);
  }
  return missing;
}

// The names that AtomicFile uses.
bool is_unfinished(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with('.') && name.ends_with(".dragoman.tmp");
}

}  // namespace

TrainingDirectory::TrainingDirectory(const fs::path& model)
    : model_(model), training_(model / "training"), made_(missing_folders(training_)) {
  try {
    make_folder(training_);
    lock();
  } catch (...) {
    remove_made();
    throw;
  }
}

TrainingDirectory::~TrainingDirectory() {
  remove_made();
  ::close(lock_);
}

void TrainingDirectory::lock() {
  const fs::path file = training_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) {
    throw std::runtime_error(fmt::format("{}: cannot write here: {}; choose another folder with --model",
                                         training_.string(), std::strerror(errno)));
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    ::close(lock_);
    if (error != EWOULDBLOCK) {
      throw std::runtime_error(
          fmt::format("{}: cannot lock this file: {}; choose a folder of another disk with --model", file.string(),
                      std::strerror(error)));
    }
    throw std::runtime_error(
        fmt::format("{}: another training is running in this folder; wait for it, or choose another with "
                    "--model",
                    model_.string()));
  }
}

// What is in the training's own folder is ours; in the others somebody may have put something meanwhile.
void TrainingDirectory::remove_made() noexcept {
  std::error_code ignored;
  for (const fs::path& folder : made_) {
    if (folder == training_) {
      fs::remove_all(folder, ignored);
    } else {
      fs::remove(folder, ignored);
    }
  }
}

fs::path TrainingDirectory::weights_file(std::int64_t step) const {
  return training_ / fmt::format("{}{:08}{}", kWeightsPrefix, step, kWeightsSuffix);
}

std::vector<fs::path> TrainingDirectory::kept_weights(const fs::path& model) {
  std::vector<fs::path> files;
  std::error_code gone;  // the next write says it more clearly
  for (const auto& entry : fs::directory_iterator(log_folder(model), gone)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kWeightsPrefix) && name.ends_with(kWeightsSuffix)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void TrainingDirectory::keep_weights(const std::set<std::int64_t>& steps) const {
  std::set<fs::path> kept;
  for (const std::int64_t step : steps) kept.insert(weights_file(step));
  for (const fs::path& file : kept_weights(model_)) {
    if (!kept.contains(file)) fs::remove(file);
  }
}

void TrainingDirectory::remove_unfinished() const {
  for (const fs::path& folder : {model_, training_}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (is_unfinished(entry.path())) fs::remove(entry.path());
    }
  }
}

std::optional<TrainingDirectory::Record> TrainingDirectory::record(const fs::path& model) {
  const fs::path file = options_of(model);
  if (!fs::exists(file) || !fs::exists(state_of(model))) return std::nullopt;
  const std::string text = read_file(file);
  try {
    Json values = parse_json(text).value();
    Record record;
    if (values.contains(kChosen)) record.chosen = named_values(values[kChosen]);
    values.erase(kChosen);
    record.options = named_values(values);
    return record;
  } catch (const std::exception&) {
    throw std::runtime_error(
        fmt::format("{}: not the options of a training; train into another folder", file.string()));
  }
}

bool TrainingDirectory::has_record() const {
  return fs::exists(options_of(model_));
}

void TrainingDirectory::record_or_compare(const Record& wanted, const NamedValues& defaults) const {
  const std::optional<Record> recorded = record(model_);
  if (!recorded) {
    Json values = object_of(wanted.options);
    if (!wanted.chosen.empty()) values[kChosen] = object_of(wanted.chosen);
    write_file_atomically(options_of(model_), values.dump(2) + "\n");
    return;
  }
  const std::string found = difference(recorded->options, wanted.options, defaults);
  if (found.empty()) return;
  // These are compared where the learning rate is planned by them.
  const bool is_end = found.starts_with("max-epochs ") || found.starts_with("max-steps ");
  throw std::runtime_error(fmt::format(
      "{}: the training in this folder has {}; {}", model_.string(), found,
      is_end
          ? fmt::format("its learning rate falls along a cosine that ends there, so that it cannot end elsewhere; to "
                        "train its model further, give --init-from {} and another --model",
                        model_.string())
          : "give the same options to go on with it, or another --model to start anew"));
}

std::string TrainingDirectory::difference(const NamedValues& these, const NamedValues& others,
                                          const NamedValues& defaults) {
  using Values = std::map<std::string, std::string>;
  const Values one(these.begin(), these.end()), other(others.begin(), others.end()),
      fallback(defaults.begin(), defaults.end());
  const auto shown = [&](const Values& values, const std::string& name) {
    if (const auto found = values.find(name); found != values.end())
      return fmt::format("'{}'", printable(found->second));
    const auto usual = fallback.find(name);
    return usual == fallback.end() ? "at its default" : fmt::format("'{}'", usual->second);
  };
  NamedValues all = these;
  all.insert(all.end(), others.begin(), others.end());
  for (const auto& [name, value] : all) {
    const std::string here = shown(one, name), there = shown(other, name);
    if (here != there) return fmt::format("{} {}, not {}", name, here, there);
  }
  return {};
}

}  // namespace dragoman
