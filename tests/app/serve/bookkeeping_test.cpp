#include "app/serve/access_log.h"
#include "app/serve/api_keys.h"
#include "app/serve/file_store.h"
#include "app/serve/statistics.h"
#include "tests/base/temporary_folder.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

HttpRecord record_of(const std::string& path, int status, std::chrono::duration<double> time) {
  HttpRecord record;
  record.id = "id-1";
  record.path = path;
  record.status = status;
  record.time = time;
  return record;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(FileStore, KeepsFilesUnderNamesThatDiffer) {
  FileStore store(1000, 1h);
  const std::string one = store.add("a.txt", "1"), two = store.add("a.txt", "2");
  EXPECT_NE(one, two);
  EXPECT_EQ(one.size(), 32U);
  EXPECT_EQ(*store.find(one)->bytes, "1");
  EXPECT_EQ(*store.find(two)->bytes, "2");
  EXPECT_EQ(store.find(one)->bytes, store.find(one)->bytes) << "who fetches it gets no copy";
  EXPECT_EQ(store.find(two)->file_name, "a.txt");
  EXPECT_FALSE(store.find(""));
}

TEST(FileStore, DropsTheOldestWhereThereIsNoRoom) {
  FileStore store(10, 1h);
  const std::string one = store.add("1", std::string(6, 'x')), two = store.add("2", std::string(4, 'x'));
  EXPECT_TRUE(store.find(one));
  const std::string three = store.add("3", "x");
  EXPECT_FALSE(store.find(one));
  EXPECT_TRUE(store.find(two) && store.find(three));
  const std::string large = store.add("4", std::string(100, 'x'));
  EXPECT_FALSE(store.find(two) || store.find(three));
  EXPECT_TRUE(store.find(large)) << "what was just made can be fetched";
}

TEST(FileStore, DropsWhatNobodyFetches) {
  FileStore store(1000, 0s);
  EXPECT_FALSE(store.find(store.add("1", "x")));
}

TEST(ApiKeys, AreKnownByTheirHashes) {
  const TemporaryFolder folder;
  const ApiKeys keys(
      folder.file("keys", "# comment\n2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B\tsomebody\n"));
  EXPECT_TRUE(keys.has("secret"));
  EXPECT_FALSE(keys.has("Secret"));
  EXPECT_FALSE(keys.has(""));
  EXPECT_THROW(ApiKeys(folder.file("bad", "2bb80d\n")), std::runtime_error);
  EXPECT_THROW(ApiKeys(folder / "none"), std::runtime_error);
}

TEST(Statistics, CountRequestsByEndpointStatusAndTime) {
  Statistics statistics;
  statistics.add("/translate", record_of("/translate", 200, 20ms));
  statistics.add("/translate", record_of("/translate", 200, 2s));
  statistics.add("/translate", record_of("/translate", 400, 1ms));
  statistics.add_characters(7);
  statistics.add_characters(5);
  EXPECT_THAT(statistics.to_text(),
              AllOf(HasSubstr("\ndragoman_http_requests_total{endpoint=\"/translate\",status=\"200\"} 2\n"),
                    HasSubstr("status=\"400\"} 1\n"), HasSubstr("le=\"0.005\"} 1\n"), HasSubstr("le=\"0.025\"} 2\n"),
                    HasSubstr("le=\"1\"} 2\n"), HasSubstr("le=\"2.5\"} 3\n"), HasSubstr("le=\"+Inf\"} 3\n"),
                    HasSubstr("_count{endpoint=\"/translate\"} 3\n"), HasSubstr("\ndragoman_characters_total 12\n")));
}

TEST(AccessLog, HasALineOfJsonForEachRequest) {
  HttpRecord record = record_of("/a\nb\xFF", 200, 12.34ms);
  record.notes = {{"source", "\"en\""}, {"characters", "12"}};
  const std::string line = access_line(record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(line);
  EXPECT_EQ(json["path"], "/a\nb\xEF\xBF\xBD");
  EXPECT_EQ(json["ms"], 12.3);
  EXPECT_EQ(json["source"], "en");
  EXPECT_EQ(json["characters"], 12);
  EXPECT_THAT(json["time"].get<std::string>(), MatchesRegex("20..-..-..T..:..:..[.]...Z"));
}

TEST(AccessLog, GoesOnInAnotherFileWhenItIsReopened) {
  const TemporaryFolder folder;
  const std::string file = folder / "log", old = folder / "old";
  AccessLog log(file);
  log.write(record_of("/1", 200, 1ms));
  std::filesystem::rename(file, old);
  log.write(record_of("/2", 200, 1ms));
  log.reopen();
  log.write(record_of("/3", 200, 1ms));
  EXPECT_THAT(contents(old), AllOf(HasSubstr("/1"), HasSubstr("/2")));
  EXPECT_THAT(contents(file), HasSubstr("/3"));
  EXPECT_THROW(AccessLog(folder / "none/log"), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
