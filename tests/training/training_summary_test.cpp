#include "training/report/training_summary.h"

#include "tests/data/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

class TrainingSummaryTest : public TemporaryFolderTest {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(path("training"));
    std::ofstream(path("training/" + name)) << text;
  }

  const std::string log_ =
      R"({"event":"train","step":50,"epoch":1,"loss":8.2,"seconds":20.5}
{"event":"valid","step":100,"epoch":2,"loss":3.0,"perplexity":5.0,"bleu":30.5,"seconds":41.0}
{"event":"valid","step":200,"epoch":3,"loss":2.5,"perplexity":4.0,"bleu":29.5,"seconds":80.0}
{"event":"valid","step":250,"epoch":3,"loss":null,"perplexity":null,"bleu":0,"seconds":90.0}
)";
};

TEST_F(TrainingSummaryTest, TellsHowFarItGotAndWhatWasBest) {
  write("log.jsonl", log_);
  const auto summary = training_summary(path(""));
  ASSERT_TRUE(summary);
  EXPECT_EQ(*summary, (TrainingSummary{250, 3, 90.0, TrainingSummary::Best{100, 0, 3.0, 5.0, 30.5}}));
}

TEST_F(TrainingSummaryTest, GoesByTheTrainingsMetric) {
  write("log.jsonl", log_);
  write("options.json", R"({"valid-metric": "loss"})");
  write("state.safetensors", "");
  EXPECT_EQ(training_summary(path(""))->best, (TrainingSummary::Best{200, 0, 2.5, 4.0, 29.5}));
}

TEST_F(TrainingSummaryTest, AMeanOfWeightsMayBeTheBest) {
  write("log.jsonl", log_ + R"({"event":"average","step":200,"weights":5,"loss":2.4,"perplexity":3.9,"bleu":31.0})"
                            "\n");
  EXPECT_EQ(training_summary(path(""))->best, (TrainingSummary::Best{200, 5, 2.4, 3.9, 31.0}));
}

TEST_F(TrainingSummaryTest, ALanguageModelHasNoBleu) {
  write("log.jsonl", R"({"event":"valid","step":100,"epoch":2,"loss":3.0,"perplexity":5.0,"seconds":41.0}
{"event":"valid","step":200,"epoch":2,"loss":3.5,"perplexity":4.5,"seconds":51.0}
)");
  write("options.json", R"({"valid-metric": "perplexity"})");
  write("state.safetensors", "");
  EXPECT_EQ(training_summary(path(""))->best, (TrainingSummary::Best{200, 0, 3.5, 4.5, std::nullopt}));
}

TEST_F(TrainingSummaryTest, ALineThatWasCutShortCountsForNothing) {
  write("log.jsonl", log_ + R"({"event":"valid","step":300,"epo)");
  EXPECT_EQ(training_summary(path(""))->steps, 250);
}

TEST_F(TrainingSummaryTest, WithoutALogThereIsNone) {
  EXPECT_FALSE(training_summary(path("")));
  write("log.jsonl", "");
  EXPECT_EQ(training_summary(path("")), TrainingSummary{});
}

}  // namespace
}  // namespace dragoman
