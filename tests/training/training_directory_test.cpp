#include "training/course/training_directory.h"

#include "tests/data/temporary_folder.h"

#include <gmock/gmock.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class TrainingDirectoryTest : public TemporaryFolderTest {
 protected:
  std::string model() const { return path("model"); }
};

TEST_F(TrainingDirectoryTest, IsOpenOnceAtATime) {
  const auto open = [&] { TrainingDirectory directory(model()); };
  {
    const TrainingDirectory directory(model());
    EXPECT_THAT(open, ThrowsMessage<std::runtime_error>(
                          AllOf(HasSubstr(model() + ": another training is running"), HasSubstr("--model"))));
    // Another process finds it locked, too.
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        open();
      } catch (const std::runtime_error&) {
        ::_exit(7);
      }
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 7);
  }
  EXPECT_NO_THROW(open());
}

TEST_F(TrainingDirectoryTest, ALockEndsWithItsProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    const TrainingDirectory directory(model());
    ::_exit(0);  // without the destructor
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_NO_THROW(TrainingDirectory{model()});
}

TEST_F(TrainingDirectoryTest, RefusesWhatIsNoFolder) {
  write("model", "a file");
  EXPECT_THAT([&] { TrainingDirectory directory(model()); },
              ThrowsMessage<std::runtime_error>(HasSubstr("cannot make this folder")));
  EXPECT_EQ(bytes_of(model()), "a file");
}

TEST_F(TrainingDirectoryTest, NamesItsFilesAndRemovesWhatIsUnfinished) {
  fs::create_directories(path("model/training"));
  write("model/.config.json.dragoman.tmp", "half");
  write("model/training/.state.safetensors.dragoman.tmp", "half");
  write("model/notes.tmp", "mine");
  write("model/notes.dragoman.tmp", "mine");
  write("model/.notes.tmp", "mine");
  const TrainingDirectory directory(model());
  EXPECT_TRUE(fs::exists(path("model/.config.json.dragoman.tmp"))) << "the folder may yet be refused";
  directory.remove_unfinished();
  for (const char* mine : {"notes.tmp", "notes.dragoman.tmp", ".notes.tmp"})
    EXPECT_TRUE(fs::exists(path(std::string("model/") + mine))) << mine;
  EXPECT_FALSE(fs::exists(path("model/.config.json.dragoman.tmp")));
  EXPECT_FALSE(fs::exists(path("model/training/.state.safetensors.dragoman.tmp")));
  EXPECT_EQ(directory.model(), model());
  EXPECT_EQ(directory.state_file(), path("model/training/state.safetensors"));
  EXPECT_EQ(directory.weights_file(1200), path("model/training/step-00001200.safetensors"));
}

TEST_F(TrainingDirectoryTest, KeepsTheWeightsItIsTold) {
  const TrainingDirectory directory(model());
  for (const std::int64_t step : {1, 2, 30, 123'456'789})
    write(directory.weights_file(step).lexically_relative(folder_), "w");
  write("model/training/step-notes.txt", "mine");
  write("model/training/state.safetensors", "s");
  directory.keep_weights({2, 123'456'789, 5});
  EXPECT_FALSE(fs::exists(directory.weights_file(1)) || fs::exists(directory.weights_file(30)));
  EXPECT_TRUE(fs::exists(directory.weights_file(2)) && fs::exists(directory.weights_file(123'456'789)));
  EXPECT_TRUE(fs::exists(path("model/training/step-notes.txt")) && fs::exists(directory.state_file()));
  fs::rename(path("model"), path("moved"));
  EXPECT_NO_THROW(directory.keep_weights({})) << "what writes next says that the folder is gone";
}

TEST_F(TrainingDirectoryTest, ComparesOptions) {
  const NamedValues options{{"seed", "1"}, {"width", "128"}}, none;
  TrainingDirectory directory(model());
  directory.record_or_compare({options, {}}, none);
  // Nothing has been trained yet: other options may take the folder.
  EXPECT_EQ(TrainingDirectory::record(model()), std::nullopt);
  EXPECT_NO_THROW(directory.record_or_compare({{{"seed", "2"}, {"width", "64"}}, {}}, none));
  directory.record_or_compare({options, {{"width", "128"}}}, none);
  write("model/training/state.safetensors", "trained");
  EXPECT_NO_THROW(directory.record_or_compare({options, {}}, none)) << "whoever chose it";
  const auto compare = [&](const NamedValues& others, const NamedValues& defaults = {}) {
    return [&, others, defaults] { directory.record_or_compare({others, {}}, defaults); };
  };
  EXPECT_THAT(compare({{"seed", "1"}, {"width", "64"}}),
              ThrowsMessage<std::runtime_error>(HasSubstr("the training in this folder has width '128', not '64'")));
  EXPECT_THAT(compare({{"seed", "1"}, {"width", "128"}, {"new", "x"}}),
              ThrowsMessage<std::runtime_error>(HasSubstr("new at its default, not 'x'")));
  EXPECT_THAT(compare({{"seed", "1"}}),
              ThrowsMessage<std::runtime_error>(HasSubstr("width '128', not at its default")));
  for (const char* damaged : {"{\"seed\": \"1\"", "[]", "{\"seed\": 1, \"width\": \"128\"}", "{\"chosen\": \"x\"}"}) {
    write("model/training/options.json", damaged);
    EXPECT_THAT(compare(options),
                ThrowsMessage<std::runtime_error>(HasSubstr("options.json: not the options of a training")));
  }
}

TEST_F(TrainingDirectoryTest, AnOptionThatAnEarlierProgramDidNotKnowHasItsDefault) {
  TrainingDirectory directory(model());
  directory.record_or_compare({{{"seed", "1"}}, {}}, {});
  write("model/training/state.safetensors", "trained");
  const NamedValues defaults{{"new", "0"}};
  EXPECT_NO_THROW(directory.record_or_compare({{{"seed", "1"}, {"new", "0"}}, {}}, defaults));
  EXPECT_THAT(
      [&] {
        directory.record_or_compare({{{"seed", "1"}, {"new", "2"}}, {}}, defaults);
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("new '0', not '2'")));
}

TEST_F(TrainingDirectoryTest, KeepsWhatWasChosen) {
  TrainingDirectory directory(model());
  const TrainingDirectory::Record record{{{"seed", "1"}, {"schedule", "cosine"}, {"max-epochs", "38"}},
                                         {{"max-epochs", "38"}, {"dropout", "0.25"}}};
  directory.record_or_compare(record, {});
  write("model/training/state.safetensors", "trained");
  EXPECT_EQ(TrainingDirectory::record(model()), record);
  EXPECT_THAT(
      [&] {
        directory.record_or_compare({{{"seed", "1"}, {"schedule", "cosine"}, {"max-epochs", "50"}}, {}}, {});
      },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("max-epochs '38', not '50'"),
                                              HasSubstr("cosine that ends there"),
                                              HasSubstr("--init-from " + model() + " and another --model"))));
}

TEST_F(TrainingDirectoryTest, LeavesNothingOfATrainingThatDoesNotBegin) {
  const std::string deep = path("a/b/model");
  {
    const TrainingDirectory directory(deep);
    write("a/b/model/training/corpus.tokens", "ids");
  }
  EXPECT_FALSE(fs::exists(path("a")));
  fs::create_directories(path("a/b"));
  {
    const TrainingDirectory directory(deep);
    write("a/b/model/notes", "mine");
  }
  EXPECT_FALSE(fs::exists(path("a/b/model/training")));
  EXPECT_TRUE(fs::exists(path("a/b/model/notes"))) << "nothing of somebody else's";
  fs::create_directories(path("a/b/model/training"));
  { const TrainingDirectory directory(deep); }
  EXPECT_TRUE(fs::exists(path("a/b/model/training"))) << "it was there before";
  {
    TrainingDirectory directory(path("begun"));
    directory.keep();
  }
  EXPECT_TRUE(fs::exists(path("begun/training")));
}

}  // namespace
}  // namespace dragoman
