#include "training/report/train_log.h"

#include "tests/data/temporary_folder.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using TrainLogTest = TemporaryFolderTest;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(TrainLogTest, WritesOneObjectALine) {
  TrainLog log(path(""), 0);
  log.write("train", 5, {{"loss", 0.5}, {"target_tokens", std::int64_t{1} << 40}, {"note", "a \"b\"\n"}});
  log.write("valid", 6, {{"perplexity", INFINITY}});
  const auto lines = lines_of(bytes_of(path("log.jsonl")));  // flushed, though the log is still open
  ASSERT_EQ(lines.size(), 2u);
  const auto first = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(first["event"], "train");
  EXPECT_EQ(first["step"], 5);
  EXPECT_EQ(first["loss"], 0.5);
  EXPECT_EQ(first["target_tokens"], std::int64_t{1} << 40);
  EXPECT_EQ(first["note"], "a \"b\"\n");
  EXPECT_TRUE(nlohmann::json::parse(lines[1])["perplexity"].is_null());
  EXPECT_THROW(TrainLog(path("no/folder"), 0), std::runtime_error);
}

TEST_F(TrainLogTest, ForgetsWhatAResumedTrainingWritesAgain) {
  {
    TrainLog log(path(""), 0);
    for (const std::int64_t step : {10, 20, 30}) log.write("train", step, {});
  }
  std::ofstream(path("log.jsonl"), std::ios::app) << "{\"event\":\"train\",\"st";  // cut short by a crash
  TrainLog log(path(""), 20);
  log.write("train", 25, {});
  std::vector<std::int64_t> steps;
  for (const std::string& line : lines_of(bytes_of(path("log.jsonl"))))
    steps.push_back(nlohmann::json::parse(line)["step"]);
  EXPECT_THAT(steps, testing::ElementsAre(10, 20, 25));
}

TEST_F(TrainLogTest, GoesBackWhileItIsOpen) {
  TrainLog log(path(""), 0);
  for (const std::int64_t step : {10, 20}) log.write("train", step, {});
  log.go_back(10);
  log.write("train", 15, {});
  std::vector<std::int64_t> steps;
  for (const std::string& line : lines_of(bytes_of(path("log.jsonl"))))
    steps.push_back(nlohmann::json::parse(line)["step"]);
  EXPECT_THAT(steps, testing::ElementsAre(10, 15));
  EXPECT_TRUE(std::filesystem::exists(path("events.out.tfevents.0000000010.dragoman")));
}

std::set<std::string> event_files(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("events.")) names.insert(name);
  }
  return names;
}

TEST_F(TrainLogTest, WritesAFileOfEventsForEachRun) {
  {
    TrainLog log(path(""), 0);
    log.write("train", 5, {{"loss", 0.5}, {"note", "not a number"}});
  }
  const std::string events = bytes_of(path("events.out.tfevents.0000000000.dragoman"));
  EXPECT_THAT(events, testing::HasSubstr("train/loss"));
  EXPECT_THAT(events, testing::Not(testing::HasSubstr("note")));
  TrainLog(path(""), 20);
  TrainLog(path(""), 30);
  TrainLog(path(""), 20);
  EXPECT_THAT(event_files(path("")), testing::ElementsAre("events.out.tfevents.0000000000.dragoman",
                                                          "events.out.tfevents.0000000020.dragoman"));
}

TEST_F(TrainLogTest, DrawsCurvesOfAllThatWasLogged) {
  TrainLog log(path(""), 0);
  for (std::int64_t step = 1; step <= 5000; ++step) log.write("train", step, {{"loss", 1.0}});
  log.write("valid", 5000, {{"loss", INFINITY}, {"bleu", 12.5}});
  log.draw_curves();
  const std::string page = bytes_of(path("curves.html"));
  EXPECT_THAT(page, testing::Not(testing::HasSubstr("@ENTRIES@")));
  const std::string before = "const entries = ";
  const std::size_t begin = page.find(before) + before.size();
  const auto entries = nlohmann::json::parse(page.substr(begin, page.find(";\n", begin) - begin));
  EXPECT_EQ(entries.size(), 2001u) << "2000 of training, evenly spaced, and the validation";
  EXPECT_EQ(entries[1999]["step"], 5000);
  EXPECT_EQ(entries[2000]["bleu"], 12.5);
  EXPECT_TRUE(entries[2000]["loss"].is_null());
}

}  // namespace
}  // namespace dragoman
