#include "app/doctor/findings.h"
#include "app/doctor/report.h"
#include "tests/base/temporary_folder.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

TEST(DoctorReport, IsAPageAndAnObject) {
  DoctorReport report;
  report.section("first part");
  report.fact("a name", 3);
  report.fact("whether", true);
  report.fact("none there", nullptr);
  report.fact("several", {"x", "y"});
  report.bytes("size", 2'500'000);
  report.section("other");
  report.fact("told", 7, "seven");
  EXPECT_TRUE(report.is_well());
  EXPECT_THAT(report.to_text(),
              AllOf(ContainsRegex("^first part\n  a name +3\n  whether +yes\n  none there +none\n  several +x y\n  "
                                  "size +2.5 MB\n\nother\n  told +seven\n"),
                    HasSubstr("\nproblems\n  none\n"), HasSubstr("\nhints\n  none\n")));
  const Json json = Json::parse(report.to_json());
  EXPECT_EQ(json["first_part"]["a_name"], 3);
  EXPECT_EQ(json["first_part"]["size"], 2'500'000);
  EXPECT_EQ(json["first_part"]["none_there"], nullptr);
  EXPECT_EQ(json["other"]["told"], 7);
  EXPECT_EQ(json["well"], true);
}

TEST(DoctorReport, OfAProblemIsNotWellOfAHintItIs) {
  DoctorReport report;
  report.hint("could be faster");
  EXPECT_TRUE(report.is_well());
  report.problem("\xff is broken; mend it");
  EXPECT_FALSE(report.is_well());
  EXPECT_THAT(report.to_text(),
              AllOf(HasSubstr("problems\n  \xff is broken; mend it\n"), HasSubstr("hints\n  could be")));
  const Json json = Json::parse(report.to_json());
  EXPECT_EQ(json["problems"].size(), 1u);
  EXPECT_EQ(json["hints"][0], "could be faster");
  EXPECT_EQ(json["well"], false);
}

// A machine of files.
class DoctorMachineTest : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(folder_ / name).parent_path());
    folder_.file(name, text);
  }

  Json found() const { return Json::parse(report().to_json()); }

  DoctorReport report() const {
    DoctorReport report;
    MachineRoots roots;
    roots.proc = folder_ / "proc";
    roots.groups = folder_ / "cgroup";
    roots.memory = folder_ / "mm";
    find_machine(report, roots);
    return report;
  }

  const TemporaryFolder folder_;
};

TEST_F(DoctorMachineTest, ItsProcessorIsRead) {
  put("proc/cpuinfo",
      "processor\t: 0\nmodel name\t: Some Processor\nflags\t\t: fpu avx2 amx_int8 avx512_vnni other\n\n"
      "processor\t: 1\nmodel name\t: Another\nflags\t\t: avx2 bf16\n");
  const Json processor = found()["processor"];
  EXPECT_EQ(processor["model"], "Some Processor");
  EXPECT_EQ(processor["instruction_sets"], (Json{"avx2", "avx512_vnni", "amx_int8"}));
  EXPECT_GE(processor["cores_to_use"], 1);
}

TEST_F(DoctorMachineTest, OfArmIsRead) {
  put("proc/cpuinfo", "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm bf16\n");
  EXPECT_EQ(found()["processor"]["instruction_sets"], (Json{"asimd", "asimddp", "i8mm", "bf16"}));
  EXPECT_FALSE(found()["processor"].contains("model"));
}

TEST_F(DoctorMachineTest, LimitsOfGroupsAreTold) {
  put("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n");
  EXPECT_EQ(found()["memory"]["limit_by_groups"], nullptr);
  EXPECT_EQ(found()["processor"]["cores_by_groups"], nullptr);
  put("proc/self/cgroup", "0::/job\n");
  put("cgroup/job/cpu.max", "150000 100000\n");
  put("cgroup/job/memory.max", "1000000000\n");
  put("cgroup/job/memory.current", "400000000\n");
  const Json json = found();
  EXPECT_EQ(json["processor"]["cores_by_groups"], 2);
  EXPECT_EQ(json["memory"]["of_the_machine"], 9'000'000ll * 1024);
  EXPECT_EQ(json["memory"]["limit_by_groups"], 1'000'000'000);
  EXPECT_EQ(json["memory"]["available"], 600'000'000);
}

TEST_F(DoctorMachineTest, HugePagesThatAreOffAreAHint) {
  put("mm/transparent_hugepage/enabled", "always [madvise] never\n");
  EXPECT_EQ(found()["memory"]["huge_pages"], "madvise");
  EXPECT_EQ(found()["hints"].size(), 0u);
  put("mm/transparent_hugepage/enabled", "always madvise [never]\n");
  EXPECT_THAT(report().to_text(), HasSubstr("echo madvise"));
  EXPECT_TRUE(report().is_well());
}

TEST_F(DoctorMachineTest, OfWhichNothingIsToldHasNothing) {
  const Json json = found();
  EXPECT_EQ(json["memory"]["huge_pages"], nullptr);
  EXPECT_EQ(json["memory"]["of_the_machine"], 0);
  EXPECT_EQ(json["processor"]["instruction_sets"], Json::array());
  EXPECT_EQ(json["hints"].size(), 0u);
}

}  // namespace
}  // namespace dragoman
