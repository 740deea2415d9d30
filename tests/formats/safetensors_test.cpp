#include "formats/safetensors.h"

#include "tests/data/temporary_folder.h"
#include "tests/model/tensors.h"

#include <cstring>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dragoman {
namespace {

using testing::HasSubstr;
using Safetensors = TemporaryFolderTest;

std::string header_of(const std::string& bytes) {
  std::uint64_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof size);
  return bytes.substr(sizeof size, size);
}

std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t size = header.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + header + data;
}

std::string message_of(const std::string& path) {
  try {
    load_safetensors(path);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "loaded";
}

TEST_F(Safetensors, RoundTripOfEachType) {
  NamedTensors tensors;
  for (const auto type : {torch::kFloat32, torch::kFloat64, torch::kBFloat16, torch::kFloat16, torch::kInt64,
                          torch::kInt32, torch::kInt8, torch::kUInt8}) {
    tensors.emplace_back(std::string("of ") + c10::toString(type), (random_tensor({3, 5}, 1) * 40).abs().to(type));
  }
  tensors.emplace_back("scalar", torch::tensor(2.5));
  tensors.emplace_back("empty", torch::zeros({0, 4}));
  tensors.emplace_back("strided", random_tensor({4, 6}, 2).t());
  tensors.emplace_back("learned \"ä\"", random_tensor({2}, 3).requires_grad_());
  save_safetensors(path("t.safetensors"), tensors, {{"progress", "{\"crc32\":\"1\"}"}, {"note", "ü"}});
  const SafetensorsFile file = load_safetensors(path("t.safetensors"));
  ASSERT_EQ(file.tensors.size(), tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_EQ(file.tensors[i].first, tensors[i].first);
    EXPECT_EQ(file.tensors[i].second.scalar_type(), tensors[i].second.scalar_type());
    EXPECT_TRUE(file.tensors[i].second.equal(tensors[i].second)) << tensors[i].first;
  }
  EXPECT_EQ(file.metadata.at("progress"), "{\"crc32\":\"1\"}");
  EXPECT_EQ(file.metadata.at("note"), "ü");
  EXPECT_TRUE(file.at("scalar", "t").equal(torch::tensor(2.5)));
  EXPECT_THROW(file.at("other", "t"), std::runtime_error);
  EXPECT_THROW(save_safetensors(path("c"), {{"c", torch::zeros({1}, torch::kComplexFloat)}}), std::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(path("c")));
}

// As the format's definition has it: eight bytes of length, JSON padded with spaces to a multiple of eight, data in
// order without holes.
TEST_F(Safetensors, OthersCanReadTheHeader) {
  save_safetensors(path("t"), {{"b", torch::ones({2, 3})}, {"a", torch::ones({5}, torch::kUInt8)}}, {{"k", "v"}});
  const std::string bytes = bytes_of(path("t")), header = header_of(bytes);
  EXPECT_EQ(header.size() % 8, 0u);
  EXPECT_EQ(header.front(), '{');
  EXPECT_EQ(bytes.size(), 8 + header.size() + 24 + 5);
  const auto json = nlohmann::json::parse(header);
  EXPECT_EQ(json["b"], (nlohmann::json{{"dtype", "F32"}, {"shape", {2, 3}}, {"data_offsets", {0, 24}}}));
  EXPECT_EQ(json["a"], (nlohmann::json{{"dtype", "U8"}, {"shape", {5}}, {"data_offsets", {24, 29}}}));
  EXPECT_EQ(json.size(), 3u);
  for (const auto& [key, value] : json["__metadata__"].items()) EXPECT_TRUE(value.is_string()) << key;
  EXPECT_EQ(json["__metadata__"]["k"], "v");
}

TEST_F(Safetensors, RefusesEveryTruncation) {
  save_safetensors(path("large"), {{"x", random_tensor({50, 60}, 4)}, {"y", random_tensor({7}, 5)}});
  save_safetensors(path("small"), {{"x", torch::ones({3})}});
  for (const auto& [name, stride] : {std::pair{"large", 97}, std::pair{"small", 1}}) {
    const std::string bytes = bytes_of(path(name));
    for (std::size_t length = 0; length < bytes.size(); length += static_cast<std::size_t>(stride)) {
      ASSERT_THAT(message_of(write("cut", bytes.substr(0, length))), HasSubstr("cut: ")) << length;
    }
    EXPECT_THAT(message_of(write("cut", bytes.substr(0, bytes.size() - 1))), HasSubstr("the file is damaged"));
    EXPECT_NE(message_of(write("longer", bytes + '\0')), "loaded");
    EXPECT_EQ(message_of(write("whole", bytes)), "loaded");
  }
}

TEST_F(Safetensors, RefusesEveryFlippedBit) {
  save_safetensors(path("t"), {{"x", random_tensor({3, 2}, 6)}, {"y", torch::zeros({2})}}, {{"key", "value"}});
  const std::string bytes = bytes_of(path("t"));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    ASSERT_NE(message_of(write("damaged", damaged)), "loaded")
        << "bit " << bit % 8 << " of byte " << bit / 8 << ", '" << bytes[bit / 8] << "'";
  }
}

TEST_F(Safetensors, ReadsFilesOfOtherPrograms) {
  const std::string data("\0\0\x80\x3f\0\0\0\x40", 8);  // 1 and 2
  const std::string entry = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  const std::string good = write("good", file_of(R"({"__metadata__":{"format":"pt"},"x":)" + entry + "}", data));
  EXPECT_TRUE(load_safetensors(good).at("x", good).equal(torch::tensor({1.0f, 2.0f})));

  const std::pair<const char*, const char*> wrong[] = {
      {"no JSON", "{\"x\":"},
      {"no object", "[1]"},
      {"unknown type", R"({"x":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}})"},
      {"no shape", R"({"x":{"dtype":"F32","data_offsets":[0,8]}})"},
      {"shape beyond the data", R"({"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}})"},
      {"shape and offsets differ", R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})"},
      {"shape whose product is beyond the range of numbers",
       R"({"x":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}})"},
      {"shape that is 2 but for a carry",
       R"({"x":{"dtype":"F32","shape":[9223372036854775809,2],"data_offsets":[0,8]}})"},
      {"shape that is no whole number", R"({"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}})"},
      {"three offsets' worth of one", R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0]}})"},
      {"negative shape", R"({"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})"},
      {"offsets turned round", R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})"},
      {"data that nothing uses", R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})"}};
  for (const auto& [name, header] : wrong) {
    EXPECT_THAT(message_of(write("wrong", file_of(header, data))), HasSubstr("the file is damaged")) << name;
  }
  for (const char* bracket : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += bracket;
    EXPECT_THAT(message_of(write("deep", file_of(deep, data))), HasSubstr("deep: its header is not valid"));
  }
}

TEST_F(Safetensors, TheSealIsWhatWasAnnounced) {
  FileSeal announced;
  save_safetensors(path("t"), {{"x", random_tensor({3, 2}, 6)}}, {}, [&](const FileSeal& seal) {
    announced = seal;
    EXPECT_FALSE(std::filesystem::exists(path("t")));
  });
  EXPECT_EQ(announced.size, std::filesystem::file_size(path("t")));
  EXPECT_EQ(load_safetensors(path("t")).seal(), announced);
  EXPECT_EQ(fmt::format("{:08x}", announced.checksum), load_safetensors(path("t")).metadata.at("crc32"));

  const std::string foreign = file_of(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234");
  EXPECT_EQ(load_safetensors(write("foreign", foreign)).seal(), seal_of(foreign));
}

TEST_F(Safetensors, NamesTheFileThatIsMissing) {
  EXPECT_THAT(message_of(path("missing")), HasSubstr("missing: cannot open"));
  EXPECT_THAT(message_of(folder_.string()), HasSubstr(folder_.string()));
  EXPECT_THROW(save_safetensors(path("no/folder"), {}), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
