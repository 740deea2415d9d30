#include "training/report/event_file.h"

#include "tests/data/temporary_folder.h"

#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using EventFileTest = TemporaryFolderTest;

TEST_F(EventFileTest, IsWhatTensorBoardWrites) {
  std::string tag;
  for (int i = 0; i < 6; ++i) tag += "a tag of more than 127 bytes ";
  EventFile file(path("events"), 1700000000.0, 7);
  file.write(1700000000.25, 0, {{"train/loss", 9.5F}});
  file.write(1700000001.5, 50, {{"train/loss", 7.125F}, {"train/learning_rate", 0.0005F}});
  file.write(1700000002.75, 300, {{"valid/bleu", 40.29F}, {"valid/loss", std::numeric_limits<float>::infinity()}});
  file.write(1700000003.0, 5'000'000'000, {{tag, -1.0F}});
  EXPECT_EQ(bytes_of(path("events")), bytes_of(std::string(DRAGOMAN_FIXTURES) + "/events_golden.tfevents"));
}

TEST_F(EventFileTest, SaysWhereItCannotWrite) {
  EXPECT_THROW(EventFile(path("missing/events"), 0, 0), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
