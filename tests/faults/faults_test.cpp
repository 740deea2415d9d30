// Each command that writes, with one of its system calls or allocations made to fail, or killed or interrupted there:
// it ends well, or says in one line why not; what was there before is there still, or the whole of the new; and the
// same command without the fault succeeds.
//
// ctest tries a few faults of each command. With DRAGOMAN_FAULTS=all in the environment it is every call on a file, and
// 200 of the large allocations, drawn by a seed: `./run bench faults`. Hours may go by: it tells how far it is, and
// DRAGOMAN_FAULTS_FROM=500 goes on with the 500th.

#include "base/counter_random.h"
#include "tests/end_to_end/program.h"
#include "tests/end_to_end/tiny_model.h"
#include "tests/faults/fault_kinds.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

// Files by their path below a folder.
using Tree = std::map<std::string, std::string>;

Tree read_tree(const fs::path& folder) {
  Tree tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) tree[entry.path().lexically_relative(folder).string()] = read_text(entry.path());
  }
  return tree;
}

// What is at `name`, a file or all files of a folder.
Tree part_of(const Tree& tree, const std::string& name) {
  Tree part;
  for (const auto& [path, contents] : tree) {
    if (path == name || path.starts_with(name + "/")) part[path] = contents;
  }
  return part;
}

struct Fault {
  FaultKind kind;
  std::string effect;
  std::uint64_t number;

  bool kills() const { return effect == "kill"; }
  bool interrupts() const { return effect == "interrupt"; }
};

std::string describe(const Fault& fault) {
  return fmt::format(
      "{} number {}, {}", kFaultKinds[static_cast<std::size_t>(fault.kind)], fault.number,
      std::atoi(fault.effect.c_str()) > 0 ? std::strerror(std::atoi(fault.effect.c_str())) : fault.effect.c_str());
}

const std::map<FaultKind, std::vector<std::string>>& effects() {
  const auto number = [](int error) { return std::to_string(error); };
  static const std::map<FaultKind, std::vector<std::string>> table = {
      {FaultKind::open, {number(EACCES), "kill"}},
      {FaultKind::read, {number(EIO), number(EINTR), "short"}},
      {FaultKind::write, {number(ENOSPC), number(EIO), number(EINTR), "short", "kill", "interrupt"}},
      {FaultKind::sync, {number(EIO), "kill", "interrupt"}},
      {FaultKind::rename, {number(EACCES), number(ENOSPC), "kill", "interrupt"}},
      {FaultKind::map, {number(ENOMEM)}},
      {FaultKind::allocate, {number(ENOMEM)}}};
  return table;
}

// A command, and what it writes.
struct Scenario {
  const char* name;
  std::vector<std::string> words;           // run in the folder
  std::vector<std::string> outputs;         // files and folders, each all old or all new
  std::vector<std::string> leftovers = {};  // what may stay behind when it fails, to go on from
  bool is_training = false;                 // whose folder grows, and holds what differs from run to run
  bool writes_folder = false;               // as one; then an interruption leaves nothing either

  friend void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }
};

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"translate",
       {"translate", "--model", "model", "--input", "text.en", "--output", "out", "--quiet"},
       {"out"},
       {"out.partial", "out.progress"}},
      {"quantize",
       {"quantize", "--model", "model", "--output", "other", "--precision", "int8", "--quiet"},
       {"other"},
       {},
       false,
       true},
      {"average", {"average", "--model", "model", "model", "--output", "other", "--quiet"}, {"other"}, {}, false, true},
      {"shortlist",
       {"shortlist", "--model", "model", "--train-source", "train.en", "--train-target", "train.de", "--quiet"},
       {"model/shortlist.safetensors", "model/manifest.json"}},
      {"calibrate",
       {"calibrate", "--model", "model", "--source", "train.en", "--reference", "train.de", "--quiet"},
       {"model/quality.json", "model/manifest.json"}},
      {"import",
       {"import", DRAGOMAN_FIXTURES "/marian/shared", "--output", "imported", "--quiet"},
       {"imported"},
       {},
       false,
       true},
      {"export", {"export", "--model", "model", "--output", "exported", "--quiet"}, {"exported"}, {}, false, true},
      {"heads",
       {"heads", "--model", "model", "--source", "text.en", "--target", "text.de", "--prune", "1", "--output", "other",
        "--device", "cpu", "--quiet"},
       {"other"},
       {},
       false,
       true},
      {"score",
       {"score", "--model", "model", "--source", "text.en", "--target", "text.de", "--output", "out", "--quiet"},
       {"out"}},
      {"evaluate",
       {"evaluate", "--model", "model", "--source", "text.en", "--reference", "text.de", "--write-hypotheses", "out",
        "--html", "page.html", "--quiet"},
       {"out", "page.html"}},
      {"attention",
       {"attention", "--model", "model", "--source", "text.en", "--html", "page.html", "--quiet"},
       {"page.html"}},
      {"train",
       {"train",    "--train-source",
        "train.en", "--train-target",
        "train.de", "--valid-source",
        "text.en",  "--valid-target",
        "text.de",  "--model",
        "new",      "--max-steps",
        "4",        "--valid-interval",
        "2",        "--encoder-layers",
        "1",        "--decoder-layers",
        "1",        "--width",
        "32",       "--feed-forward-width",
        "64",       "--heads",
        "2",        "--vocab-size",
        "80",       "--batch-tokens",
        "512",      "--learning-rate",
        "0.01",     "--warmup-steps",
        "2",        "--valid-beam-size",
        "1",        "--precision",
        "fp32",     "--device",
        "cpu",      "--quiet"},
       {"new"},
       {},
       true}};
  return all;
}

class Faults : public ::testing::TestWithParam<Scenario> {
 protected:
  Faults() {
    make_start();
    begin_anew();
    const Ended ended = run({});
    if (ended.exit_code != 0) throw std::runtime_error("the command fails by itself: " + ended.err);
    after_ = tree();
  }

  // The folder before the command: a model, text, and results of an earlier day.
  void make_start() {
    const fs::path from = shared_model();
    fs::create_directories(start_ / "model");
    for (const auto& entry : fs::directory_iterator(from)) {
      if (entry.is_regular_file() && entry.path().filename() != "made_by_tests")
        fs::copy_file(entry.path(), fs::path(start_ / "model") / entry.path().filename());
    }
    const std::vector<std::string> lines = tiny_source_lines(60, 3), text = tiny_source_lines(4, 4);
    const auto write = [&](const std::string& name, const std::vector<std::string>& sources) {
      std::vector<std::string> targets;
      for (const std::string& source : sources) targets.push_back(tiny_target_line(source));
      start_.file(name + ".en", join_lines(sources));
      start_.file(name + ".de", join_lines(targets));
    };
    write("train", lines);
    write("text", text);
    for (const char* old : {"out", "page.html"}) start_.file(old, "of an earlier day\n");
    before_ = read_tree(start_.path());
  }

  void begin_anew() {
    fs::remove_all(work_ / "folder");
    fs::copy(start_.path(), work_ / "folder", fs::copy_options::recursive);
  }

  Tree tree() const {
    Tree found = read_tree(work_ / "folder");
    if (!GetParam().is_training) return found;
    // What tells the time, or when it was last saved.
    std::erase_if(found, [](const auto& file) { return file.first.starts_with("new/training/"); });
    return found;
  }

  Ended run(const std::vector<std::string>& environment) {
    const fs::path counts = work_ / "counts";
    std::ofstream(counts, std::ios::binary) << std::string(4096, '\0');
    ProgramOptions options;
    options.time_limit = std::chrono::seconds(100);
    options.environment = {"LD_PRELOAD=" FAULT_INJECTOR, "FAULT_FOLDER=" + (work_ / "folder"),
                           "FAULT_COUNTS=" + counts.string(), "OMP_NUM_THREADS=1"};
    options.environment.insert(options.environment.end(), environment.begin(), environment.end());
    std::vector<std::string> words = {"/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", work_ / "folder"};
    for (const std::string& word : dragoman_words(GetParam().words)) words.push_back(word);
    const Ended ended = Program(words, options).wait();
    std::memcpy(counts_.data(), read_text(counts).data(), sizeof counts_);
    return ended;
  }

  std::vector<Fault> faults() const {
    const char* wanted = std::getenv("DRAGOMAN_FAULTS");
    const bool all = wanted && std::string_view(wanted) == "all";
    constexpr std::size_t kAllocations = 200, kSample = 5;
    std::vector<Fault> files, allocations;
    for (const auto& [kind, kinds_effects] : effects()) {
      for (std::uint64_t number = 1; number <= counts_[static_cast<std::size_t>(kind)]; ++number) {
        for (const std::string& effect : kinds_effects)
          (kind == FaultKind::allocate ? allocations : files).push_back({kind, effect, number});
      }
    }
    draw(allocations, all ? kAllocations : 2);
    if (!all) draw(files, kSample);
    files.insert(files.end(), allocations.begin(), allocations.end());
    return files;
  }

  // The first `count` of a shuffle that each command has to itself.
  static void draw(std::vector<Fault>& faults, std::size_t count) {
    CounterRandom random(std::hash<std::string>()(GetParam().name), RandomPurpose::sampling, faults.size());
    for (std::size_t i = 0; i + 1 < faults.size() && i < count; ++i)
      std::swap(faults[i], faults[i + random.below(static_cast<std::uint32_t>(faults.size() - i))]);
    if (faults.size() > count) faults.erase(faults.begin() + static_cast<std::ptrdiff_t>(count), faults.end());
  }

  void check_message(const Fault& fault, const Ended& ended) const {
    if (fault.kills()) {
      EXPECT_THAT(ended.exit_code, ::testing::AnyOf(0, 137));
    } else if (fault.interrupts()) {
      EXPECT_THAT(ended.exit_code, ::testing::AnyOf(0, 130));
    } else if (ended.exit_code != 0) {
      EXPECT_THAT(ended.exit_code, ::testing::AnyOf(1, 2));
      EXPECT_THAT(ended.err, ::testing::StartsWith("dragoman: "));
      EXPECT_EQ(count_lines(ended.err), 1u);
    }
  }

  static bool may_leave_files(const Fault& fault) {
    return fault.kills() || (fault.interrupts() && !GetParam().writes_folder);
  }

  void check_files(const Fault& fault, bool succeeded) const {
    const Tree found = tree();
    std::set<std::string> explained(GetParam().leftovers.begin(), GetParam().leftovers.end());
    for (const std::string& output : GetParam().outputs) {
      const Tree now = part_of(found, output);
      for (const auto& [name, contents] : now) explained.insert(name);
      if (succeeded) {
        EXPECT_EQ(now, part_of(after_, output)) << output;
      } else if (!GetParam().is_training) {
        EXPECT_TRUE(now == part_of(before_, output) || now == part_of(after_, output))
            << output << " is neither as it was nor as it should be";
      }
    }
    for (const auto& [name, contents] : found) {
      if (explained.count(name)) continue;
      const auto old = before_.find(name);
      if (old == before_.end()) {
        EXPECT_TRUE(may_leave_files(fault)) << name << " was left behind";
      } else {
        EXPECT_EQ(contents, old->second) << name << " was changed";
      }
    }
    for (const auto& [name, contents] : before_) EXPECT_TRUE(found.count(name)) << name << " is gone";
    if (!GetParam().writes_folder || may_leave_files(fault)) return;
    for (const auto& entry : fs::directory_iterator(work_ / "folder"))
      EXPECT_NE(entry.path().extension(), ".tmp") << entry.path() << " was left behind";
  }

  const TemporaryFolder start_, work_;
  Tree before_, after_;
  std::array<std::uint64_t, kFaultKinds.size()> counts_{};
};

// From 0.
std::size_t first_fault() {
  const char* from = std::getenv("DRAGOMAN_FAULTS_FROM");
  return from ? static_cast<std::size_t>(std::max(std::atoi(from), 1) - 1) : 0;
}

TEST_P(Faults, LoseNothing) {
  const std::vector<Fault> all = faults();
  ASSERT_LT(first_fault(), all.size());
  constexpr std::size_t kTell = 50;
  int survived = 0;
  for (std::size_t i = first_fault(); i < all.size(); ++i) {
    const Fault& fault = all[i];
    if (i % kTell == 0 && i > 0) {
      fmt::print("{}: {} of {} faults\n", GetParam().name, i, all.size());
      std::fflush(stdout);
    }
    SCOPED_TRACE(fmt::format("{}: {}", GetParam().name, describe(fault)));
    begin_anew();
    const Ended ended = run({fmt::format("FAULT_CALL={}", kFaultKinds[static_cast<std::size_t>(fault.kind)]),
                             "FAULT_EFFECT=" + fault.effect, fmt::format("FAULT_NUMBER={}", fault.number)});
    SCOPED_TRACE(fmt::format("exit code {}: {}", ended.exit_code, ended.err));
    survived += ended.exit_code == 0;
    check_message(fault, ended);
    check_files(fault, ended.exit_code == 0);
    if (ended.exit_code == 0) continue;
    const Ended again = run({});
    EXPECT_EQ(again.exit_code, 0) << "without the fault: " << again.err;
    check_files(fault, true);
  }
  fmt::print("{}: {} faults, {} of them without consequence\n", GetParam().name, all.size() - first_fault(), survived);
}

INSTANTIATE_TEST_SUITE_P(Commands, Faults, ::testing::ValuesIn(scenarios()),
                         [](const auto& info) { return std::string(info.param.name); });

class Stops : public Faults {};

// The first and the last call of each kind: from when the folder is being made until the new one has its name.
TEST_P(Stops, WhileItWritesAndLeavesTheOldFolderOrTheNewOne) {
  const auto counts = counts_;
  for (const FaultKind kind : {FaultKind::write, FaultKind::sync, FaultKind::rename}) {
    const auto index = static_cast<std::size_t>(kind);
    ASSERT_GT(counts[index], 1u);
    for (const std::uint64_t number : {std::uint64_t{1}, counts[index]}) {
      const Fault fault{kind, "interrupt", number};
      SCOPED_TRACE(describe(fault));
      begin_anew();
      const Ended ended = run({fmt::format("FAULT_CALL={}", kFaultKinds[index]), "FAULT_EFFECT=interrupt",
                               fmt::format("FAULT_NUMBER={}", number)});
      EXPECT_EQ(ended.exit_code, 130);
      EXPECT_EQ(ended.err, "dragoman: stopped by SIGINT\n");
      check_files(fault, false);
    }
  }
}

std::vector<Scenario> scenarios_that_write_folders() {
  std::vector<Scenario> found;
  for (const Scenario& scenario : scenarios()) {
    if (scenario.writes_folder) found.push_back(scenario);
  }
  return found;
}

INSTANTIATE_TEST_SUITE_P(Commands, Stops, ::testing::ValuesIn(scenarios_that_write_folders()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace dragoman
