#include "training/training_directory.h"

#include "base/atomic_file.h"

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

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) {
    throw std::runtime_error(fmt::format("{}: cannot make this folder: {}; choose another with --model",
                                         folder.string(), error ? error.message() : "a file of this name exists"));
  }
}

// The names that AtomicFile uses: NAME.PROCESS.tmp. Other files that end in .tmp are not ours.
bool is_unfinished(const fs::path& file) {
  const std::string process = file.stem().extension().string();
  const std::string kind = file.stem().stem().extension().string();
  return file.extension() == ".tmp" && process.size() > 1 &&
         process.find_first_not_of("0123456789", 1) == std::string::npos &&
         (kind == ".safetensors" || kind == ".json" || kind == ".jsonl" || kind == ".tokens" || kind == ".spm");
}

}  // namespace

TrainingDirectory::TrainingDirectory(const fs::path& model) : model_(model), training_(model / "training") {
  make_folder(training_);
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

TrainingDirectory::~TrainingDirectory() {
  ::close(lock_);
}

fs::path TrainingDirectory::weights_file(std::int64_t step) const {
  return training_ / fmt::format("{}{:08}{}", kWeightsPrefix, step, kWeightsSuffix);
}

void TrainingDirectory::keep_weights(const std::set<std::int64_t>& steps) const {
  std::set<fs::path> kept;
  for (const std::int64_t step : steps) kept.insert(weights_file(step));
  std::error_code gone;  // the next write says it more clearly
  for (const auto& entry : fs::directory_iterator(training_, gone)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kWeightsPrefix) && name.ends_with(kWeightsSuffix) && !kept.contains(entry.path()))
      fs::remove(entry.path());
  }
}

void TrainingDirectory::remove_unfinished() const {
  for (const fs::path& folder : {model_, training_}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (is_unfinished(entry.path())) fs::remove(entry.path());
    }
  }
}

void TrainingDirectory::record_or_compare(const Options& options) const {
  const fs::path file = training_ / "options.json";
  Json wanted = Json::object();
  for (const auto& [name, value] : options) wanted[name] = value;
  if (!fs::exists(file) || !fs::exists(state_file())) {
    write_file_atomically(file, wanted.dump(2) + "\n");
    return;
  }
  Options recorded;
  try {
    const auto values = Json::parse(read_file(file)).get<std::map<std::string, std::string>>();
    recorded.assign(values.begin(), values.end());
  } catch (const Json::exception&) {
    throw std::runtime_error(
        fmt::format("{}: not the options of a training; train into another folder", file.string()));
  }
  if (const std::string found = difference(recorded, options); !found.empty()) {
    throw std::runtime_error(
        fmt::format("{}: the training in this folder has {}; give the same options to go on with it, or another "
                    "--model to start anew",
                    model_.string(), found));
  }
}

// An option that one of them lacks has its default there: the program that wrote it did not know the option, or leaves
// it out.
std::string TrainingDirectory::difference(const Options& these, const Options& others) {
  const std::map<std::string, std::string> one(these.begin(), these.end()), other(others.begin(), others.end());
  const auto shown = [](const auto& values, const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? "at its default" : fmt::format("'{}'", found->second);
  };
  Options all = these;
  all.insert(all.end(), others.begin(), others.end());
  for (const auto& [name, value] : all) {
    const std::string here = shown(one, name), there = shown(other, name);
    if (here != there) return fmt::format("{} {}, not {}", name, here, there);
  }
  return {};
}

}  // namespace dragoman
