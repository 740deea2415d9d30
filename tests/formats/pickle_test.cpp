#include "formats/foreign/pickle.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dragoman {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using Kind = Pickle::Kind;

constexpr std::array<std::string_view, 2> kGlobals = {"collections.OrderedDict", "torch.FloatStorage"};

std::string pickle_refusal(const std::string& bytes) {
  try {
    const Pickle pickle(bytes, kGlobals, "data.pkl");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

// pickle.dumps({"a": (1, -2, 300, 70000, None, True), "b": [2**40]}, 2) of Python 3.11
const std::string kPlain =
    "\x80\x02}q\0(X\x01\0\0\0aq\x01(K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\0N\x88tq\x02X\x01\0\0\0bq\x03]"
    "q\x04\x8a\x06\0\0\0\0\0\x01"
    "au."s;

TEST(Pickle, ReadsWhatPythonWrites) {
  const Pickle pickle(kPlain, kGlobals, "data.pkl");
  const auto pairs = pickle.pairs(pickle.root());
  ASSERT_EQ(pairs.size(), 4u);
  EXPECT_EQ(pickle.text(pairs[0]), "a");
  const auto items = pickle.items(pairs[1]);
  ASSERT_EQ(items.size(), 6u);
  EXPECT_EQ(pickle.integer(items[0]), 1);
  EXPECT_EQ(pickle.integer(items[1]), -2);
  EXPECT_EQ(pickle.integer(items[2]), 300);
  EXPECT_EQ(pickle.integer(items[3]), 70000);
  EXPECT_EQ(pickle.kind(items[4]), Kind::none);
  EXPECT_EQ(pickle.kind(items[5]), Kind::boolean);
  EXPECT_EQ(pickle.integer(pickle.items(pairs[3])[0]), std::int64_t{1} << 40);
}

TEST(Pickle, KeepsACallAsACall) {
  const std::string bytes =
      "\x80\x02"
      "ctorch\nFloatStorage\nK\x05\x85R."s;
  const Pickle pickle(bytes, kGlobals, "data.pkl");
  const auto [callee, arguments] = pickle.call(pickle.root());
  EXPECT_EQ(pickle.global(callee), "torch.FloatStorage");
  EXPECT_EQ(pickle.integer(pickle.items(arguments)[0]), 5);
}

TEST(Pickle, AnOrderedDictIsADict) {
  const std::string bytes =
      "\x80\x02"
      "ccollections\nOrderedDict\n)R(X\x01\0\0\0aK\x05u}X\x01\0\0\0zNsb."s;
  const Pickle pickle(bytes, kGlobals, "data.pkl");
  ASSERT_EQ(pickle.pairs(pickle.root()).size(), 2u);
  EXPECT_EQ(pickle.integer(pickle.pairs(pickle.root())[1]), 5);
}

TEST(Pickle, RefusesEveryGlobalThatItDoesNotKnow) {
  EXPECT_THAT(pickle_refusal("cos\nsystem\nX\x02\0\0\0ls\x85R."s),
              HasSubstr("data.pkl: it names 'os.system', which has no place in a table of tensors"));
  EXPECT_THAT(pickle_refusal("\x80\x04\x8c\x05posix\x8c\x06system\x93."s), HasSubstr("names 'posix.system'"));
  EXPECT_THAT(pickle_refusal("ctorch\nFloatStorage\x00x\n."s), HasSubstr("has no place"));
}

TEST(Pickle, RefusesOpcodesThatNoTableOfTensorsHas) {
  // INST, OBJ, NEWOBJ, BUILD of a class by EXT1, GET by text, PERSID by text
  for (const std::string opcode : {"ios\nsystem\n", "o", "\x81", "\x82\x01", "g0\n", "Pid\n"})
    EXPECT_THAT(pickle_refusal("(" + opcode + "."), HasSubstr("opcode")) << opcode;
}

TEST(Pickle, RefusesWhatIsDamaged) {
  for (std::size_t size = 0; size < kPlain.size(); ++size)
    EXPECT_THAT(pickle_refusal(kPlain.substr(0, size)), HasSubstr("nothing of it was executed")) << size;
  EXPECT_THAT(pickle_refusal("X\xff\xff\xff\xff"
                             "ab."s),
              HasSubstr("cut short"));
  EXPECT_THAT(pickle_refusal("\x8a\x09\0\0\0\0\0\0\0\0\x01."s), HasSubstr("more than 64 bits"));
  EXPECT_THAT(pickle_refusal("h\x07."s), HasSubstr("refers to a value"));
  EXPECT_THAT(pickle_refusal("t."s), HasSubstr("a mark is missing"));
  EXPECT_THAT(pickle_refusal("a."s), HasSubstr("a value is missing"));
  EXPECT_THAT(pickle_refusal("}(K\x01u."s), HasSubstr("a key has no value"));
  EXPECT_THAT(pickle_refusal("K\x01K\x02"
                             "a."s),
              HasSubstr("of another kind"));
  EXPECT_THAT(pickle_refusal("K\x01K\x02."s), HasSubstr("left over"));
  EXPECT_THAT(pickle_refusal("\x80\x06."s), HasSubstr("protocol"));
  EXPECT_THAT(pickle_refusal("K\x01("s + "0."), HasSubstr("opcode"));
}

TEST(Pickle, DeepNestingNeedsNoStack) {
  std::string bytes = ")";
  for (int i = 0; i < 1'000'000; ++i) bytes += "\x85";
  bytes += ".";
  EXPECT_EQ(pickle_refusal(bytes), "");
}

TEST(Pickle, TellsKindsApart) {
  const Pickle pickle(kPlain, kGlobals, "data.pkl");
  EXPECT_THROW(pickle.text(pickle.root()), std::runtime_error);
  EXPECT_THROW(pickle.integer(pickle.root()), std::runtime_error);
  EXPECT_THROW(pickle.items(pickle.root()), std::runtime_error);
  EXPECT_THROW(pickle.call(pickle.root()), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
