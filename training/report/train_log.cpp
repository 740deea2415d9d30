#include "training/report/train_log.h"

#include "base/atomic_file.h"
#include "base/json.h"
#include "training/report/curves_page.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// A line that a crash cut short counts as of a later step.
bool is_of_later_step(const std::string& line, std::int64_t step) {
  const auto json = parse_json(line);
  return !json || !json->is_object() || json->value("step", step + 1) > step;
}

void remove_later_entries(const std::filesystem::path& file, std::int64_t step) {
  std::istringstream lines(read_file(file));
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (!is_of_later_step(line, step)) kept += line + "\n";
  }
  write_file_atomically(file, kept);
}

// Named by steps, for their order not to depend on a clock. Files of later steps are of a run that was taken back.
std::filesystem::path fresh_event_file(const std::filesystem::path& folder, std::int64_t step) {
  constexpr std::string_view kPrefix = "events.out.tfevents.";
  const std::filesystem::path file = folder / fmt::format("{}{:010}.dragoman", kPrefix, step);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name > file.filename().string()) std::filesystem::remove(entry.path());
  }
  return file;
}

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

TrainLog::TrainLog(const std::filesystem::path& folder, std::int64_t step)
    : folder_(folder),
      file_(file_in(folder)),
      started_at_(seconds_since_1970()),
      events_(fresh_event_file(folder, step), started_at_, step) {
  open_behind(step);
}

void TrainLog::go_back(std::int64_t step) {
  events_ = EventFile(fresh_event_file(folder_, step), now(), step);
  open_behind(step);
}

void TrainLog::open_behind(std::int64_t step) {
  if (std::filesystem::exists(file_)) remove_later_entries(file_, step);
  stream_ = std::ofstream(file_, std::ios::app);
  if (!stream_) throw std::runtime_error(fmt::format("{}: cannot be written", file_.string()));
}

double TrainLog::now() const {
  return started_at_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

void TrainLog::write(const std::string& event, std::int64_t step, const Entry& entry) {
  Json json = {{"event", event}, {"step", step}};
  EventFile::Scalars scalars;
  for (const auto& [key, value] : entry) {
    std::visit([&](const auto& known) { json[key] = known; }, value);
    if (json[key].is_number()) scalars.emplace_back(event + "/" + key, json[key].get<float>());
  }
  stream_ << json.dump() << '\n' << std::flush;
  if (!stream_) throw std::runtime_error(fmt::format("{}: cannot write: {}", file_.string(), std::strerror(errno)));
  events_.write(now(), step, scalars);
}

void TrainLog::draw_curves() const {
  write_curves_page(folder_ / "curves.html", file_);
}

}  // namespace dragoman
