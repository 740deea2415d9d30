#include "tests/end_to_end/tiny_model.h"

#include "base/counter_random.h"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

const std::vector<std::pair<std::string, std::string>> kWords = {
    {"house", "haus"}, {"tree", "baum"},     {"water", "wasser"},  {"dog", "hund"},   {"cat", "katze"},
    {"bread", "brot"}, {"green", "grün"},    {"old", "alt"},       {"young", "jung"}, {"sees", "sieht"},
    {"eats", "isst"},  {"drinks", "trinkt"}, {"today", "heute"},   {"never", "nie"},  {"always", "immer"},
    {"here", "hier"},  {"there", "dort"},    {"slowly", "langsam"}};

// Holds a lock on a file for as long as it lives, across processes.
class FileLock {
 public:
  explicit FileLock(const fs::path& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + path.string());
  }
  ~FileLock() { ::close(descriptor_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

void make_shared_model(const fs::path& model) {
  const TemporaryFolder folder;
  const TinyCorpus corpus(folder);
  fs::remove_all(model);
  const Ended ended = dragoman(tiny_training(corpus, model.string(), 150));
  if (ended.exit_code != 0) throw std::runtime_error("the shared model could not be trained: " + ended.err);
}

}  // namespace

std::vector<std::string> tiny_source_lines(int count, int seed) {
  CounterRandom random(static_cast<std::uint64_t>(seed), RandomPurpose::sampling, 0);
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    std::string line;
    for (std::uint32_t left = 2 + random.below(4); left > 0; --left) {
      line += (line.empty() ? "" : " ") + kWords[random.below(static_cast<std::uint32_t>(kWords.size()))].first;
    }
    lines.push_back(line);
  }
  return lines;
}

std::string tiny_target_line(const std::string& source) {
  std::istringstream words(source);
  std::vector<std::string> translated;
  for (std::string word; words >> word;) {
    for (const auto& [from, to] : kWords) {
      if (from == word) translated.push_back(to);
    }
  }
  std::string line = translated.back();
  for (std::size_t i = 0; i + 1 < translated.size(); ++i) line += " " + translated[i];
  return line;
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TinyCorpus::TinyCorpus(const TemporaryFolder& folder, int train_pairs) {
  const auto write = [&](const std::string& name, int count, int seed, std::string& source, std::string& target) {
    const std::vector<std::string> lines = tiny_source_lines(count, seed);
    std::vector<std::string> translations;
    for (const std::string& line : lines) translations.push_back(tiny_target_line(line));
    source = folder.file(name + ".en", join_lines(lines));
    target = folder.file(name + ".de", join_lines(translations));
  };
  write("train", train_pairs, 1, train_source, train_target);
  write("valid", 20, 2, valid_source, valid_target);
}

std::vector<std::string> tiny_training(const TinyCorpus& corpus, const std::string& model, int max_steps,
                                       const std::string& architecture) {
  std::vector<std::string> words = {"train",
                                    "--train-source",
                                    corpus.train_source,
                                    "--train-target",
                                    corpus.train_target,
                                    "--valid-source",
                                    corpus.valid_source,
                                    "--valid-target",
                                    corpus.valid_target,
                                    "--model",
                                    model,
                                    "--max-steps",
                                    std::to_string(max_steps),
                                    "--encoder-layers",
                                    "1",
                                    "--decoder-layers",
                                    "1",
                                    "--width",
                                    "32",
                                    "--feed-forward-width",
                                    "64",
                                    "--heads",
                                    "2",
                                    "--dropout",
                                    "0.1",
                                    "--vocab-size",
                                    "80",
                                    "--tokenizer-algorithm",
                                    "unigram",
                                    "--batch-tokens",
                                    "512",
                                    "--learning-rate",
                                    "0.01",
                                    "--warmup-steps",
                                    "20",
                                    "--schedule",
                                    "inverse-sqrt",
                                    "--valid-interval",
                                    "50",
                                    "--valid-beam-size",
                                    "1",
                                    "--threads",
                                    "1",
                                    "--precision",
                                    "fp32",
                                    "--device",
                                    "cpu"};
  if (architecture != "transformer") words.insert(words.end(), {"--architecture", architecture});
  if (architecture != "rnn") words.insert(words.end(), {"--positions", "sinusoidal"});
  return words;
}

std::string shared_model() {
  // Beside this test's own program, so that it lasts from one process to the next.
  const fs::path model = fs::canonical("/proc/self/exe").parent_path() / "shared_model";
  const FileLock lock(model.string() + ".lock");
  const fs::path stamp = model / "made_by_tests";
  const auto made_for = std::to_string(fs::last_write_time(DRAGOMAN_BINARY).time_since_epoch().count());
  if (!fs::exists(stamp) || read_text(stamp.string()) != made_for) {
    make_shared_model(model);
    std::ofstream(stamp) << made_for;
  }
  return model.string();
}

std::string copy_of_model(const TemporaryFolder& folder, const std::string& name) {
  fs::copy(shared_model(), folder / name, fs::copy_options::recursive);
  return folder / name;
}

}  // namespace dragoman
