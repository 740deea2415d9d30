// dragoman doctor
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

nlohmann::json examined(const std::vector<std::string>& more, int code, const ProgramOptions& options = {}) {
  std::vector<std::string> words{"doctor", "--format", "json"};
  words.insert(words.end(), more.begin(), more.end());
  const Ended ended = dragoman(words, options);
  EXPECT_EQ(ended.exit_code, code) << ended.out << ended.err;
  EXPECT_EQ(ended.err, "");
  return nlohmann::json::parse(ended.out);
}

TEST(Doctor, IsAPageOfThisMachine) {
  const Ended ended = dragoman({"doctor"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(
      ended.out,
      AllOf(ContainsRegex("\n  version +dragoman [0-9.]+ \\(LibTorch"), ContainsRegex("\n  cores to use +[0-9]+"),
            ContainsRegex("\n  available +[0-9.]+ [MGT]B"), ContainsRegex("\n  models in int8 +(int8|fp32)"),
            ContainsRegex("\n  LibTorch +/.*libtorch_cpu.so"), HasSubstr("\nproblems\n  none\n")));
}

TEST(Doctor, ItsFactsAreThoseOfCommands) {
  const nlohmann::json facts = examined({}, 0);
  EXPECT_EQ(facts["well"], true);
  const int cores = facts["processor"]["cores_to_use"];
  EXPECT_GE(cores, 1);
  EXPECT_LE(cores, static_cast<int>(std::thread::hardware_concurrency()));
  const nlohmann::json one = nlohmann::json::parse(shell("taskset -c 0 \"$DRAGOMAN\" doctor --format json").out);
  EXPECT_EQ(one["processor"]["cores_to_use"], 1);
}

TEST(Doctor, TellsOfTheEnvironmentAndOfLimits) {
  ProgramOptions options;
  options.environment = {"OMP_NUM_THREADS=1", "SECRET_TOKEN=x"};
  options.memory = std::uint64_t{64} << 30;
  const nlohmann::json facts = examined({}, 0, options);
  EXPECT_EQ(facts["environment"]["OMP_NUM_THREADS"], "1");
  EXPECT_EQ(facts["libraries"]["OpenMP's_threads"], 1);
  EXPECT_EQ(facts["memory"]["limit_by_ulimit_-v"], std::uint64_t{64} << 30);
  EXPECT_THAT(facts.dump(), ::testing::Not(HasSubstr("SECRET_TOKEN")));
}

TEST(Doctor, FindsAWholeModelWell) {
  const nlohmann::json model = examined({"--model", shared_model()}, 0)["model"];
  EXPECT_EQ(model["format"], "Dragoman");
  EXPECT_EQ(model["manifest"], true);
  EXPECT_EQ(model["weights"], "fp32");
  EXPECT_EQ(model["computes_in"], "fp32");
  for (const char* name : {"config.json", "model.safetensors", "tokenizer.spm"})
    EXPECT_EQ(model["files"][name], "as written") << name;
  EXPECT_EQ(dragoman({"doctor", shared_model()}).exit_code, 0);
}

class DoctorOfABrokenModel : public ::testing::Test {
 protected:
  // The problems, each of which must name this file of the model.
  void expect_trouble(const std::string& name, const std::string& part) const {
    const nlohmann::json facts = examined({"--model", model_}, 1);
    EXPECT_EQ(facts["well"], false);
    EXPECT_EQ(facts["model"]["files"][name], "in trouble");
    ASSERT_EQ(facts["problems"].size(), 1u) << facts["problems"];
    EXPECT_THAT(facts["problems"][0].get<std::string>(), AllOf(HasSubstr(model_ + "/" + name), HasSubstr(part)));
  }

  const TemporaryFolder folder_;
  const std::string model_ = copy_of_model(folder_);
};

TEST_F(DoctorOfABrokenModel, NamesWhatIsMissing) {
  fs::remove(model_ + "/tokenizer.spm");
  expect_trouble("tokenizer.spm", "lacks this file");
}

TEST_F(DoctorOfABrokenModel, NamesWhatWasEdited) {
  std::ofstream(model_ + "/config.json", std::ios::app) << "\n";
  expect_trouble("config.json", "dragoman seal");
}

TEST_F(DoctorOfABrokenModel, NamesDamagedWeights) {
  std::fstream file(model_ + "/model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-5, std::ios::end);
  file.put('\x55');
  file.close();
  expect_trouble("model.safetensors", "damaged");
}

TEST_F(DoctorOfABrokenModel, NamesAnEmptyFile) {
  std::ofstream(model_ + "/model.safetensors");
  expect_trouble("model.safetensors", "copy it anew");
}

TEST_F(DoctorOfABrokenModel, NamesADamagedManifest) {
  std::ofstream(model_ + "/manifest.json") << "{";
  expect_trouble("manifest.json", "damaged");
}

TEST_F(DoctorOfABrokenModel, NamesSeveralAtOnce) {
  fs::remove(model_ + "/tokenizer.spm");
  fs::remove(model_ + "/model.safetensors");
  EXPECT_EQ(examined({"--model", model_}, 1)["problems"].size(), 2u);
}

TEST_F(DoctorOfABrokenModel, WithoutAManifestIsAHint) {
  fs::remove(model_ + "/manifest.json");
  const nlohmann::json facts = examined({"--model", model_}, 0);
  EXPECT_EQ(facts["model"]["manifest"], false);
  EXPECT_THAT(facts["hints"].dump(), HasSubstr("dragoman seal"));
}

TEST(Doctor, NamesWhatIsNoModelOfOurs) {
  const TemporaryFolder folder;
  EXPECT_THAT(examined({"--model", folder / "none"}, 1)["problems"].dump(), HasSubstr("no such model directory"));
  EXPECT_EQ(examined({"--model", folder.path().string()}, 1)["problems"].size(), 2u);
  EXPECT_THAT(examined({"--model", DRAGOMAN_FIXTURES "/marian/shared"}, 1)["problems"].dump(),
              HasSubstr("dragoman import"));
}

TEST(Doctor, FindsALibraryThatTakesThePlaceOfOurs) {
  const std::string debians = shell("ldconfig -p | sed -n 's/.*libsentencepiece.so.0 .*=> //p' | head -n 1").out;
  if (debians.empty()) GTEST_SKIP() << "there is no libsentencepiece of the system";
  ProgramOptions options;
  options.environment = {"LD_PRELOAD=" + debians.substr(0, debians.find('\n'))};
  EXPECT_THAT(examined({}, 1, options)["problems"].dump(),
              AllOf(HasSubstr("libsentencepiece"), HasSubstr("LD_PRELOAD")));
}

TEST(Doctor, WrongUsage) {
  expect_refusal(dragoman({"doctor", "--format", "xml"}), 2, {"xml"});
  ProgramOptions full;
  full.output_path = "/dev/full";
  expect_refusal(dragoman({"doctor"}, full), 1, {"stdout: cannot write"});
}

}  // namespace
}  // namespace dragoman
