#include "formats/foreign/torch_checkpoint.h"

#include "base/atomic_file.h"
#include "tests/data/temporary_folder.h"
#include "tests/formats/checkpoint_bytes.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class TorchCheckpoint : public TemporaryFolderTest {
 protected:
  TensorViews load(const std::string& bytes) const {
    write_file_atomically(folder_ / "model.bin", bytes);
    return load_torch_checkpoint(folder_ / "model.bin");
  }

  std::string refusal(const std::string& bytes) const {
    try {
      load(bytes);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  std::string refusal_of(const PickledTensor& tensor) const { return refusal(checkpoint_bytes({tensor}, six())); }

  static std::string six() {
    const auto numbers = at::arange(6, torch::kFloat32);
    return {static_cast<const char*>(numbers.const_data_ptr()), numbers.nbytes()};
  }
};

TEST_F(TorchCheckpoint, GivesViewsOfTheFile) {
  const TensorViews views = load(checkpoint_bytes({{},
                                                   {.name = "column", .sizes = {2}, .strides = {3}, .offset = 1},
                                                   {.name = "none", .sizes = {0}, .strides = {1}},
                                                   {.name = "one", .sizes = {}, .strides = {}, .offset = 5}},
                                                  six()));
  ASSERT_EQ(views.tensors.size(), 4u);
  EXPECT_EQ(views.tensors[0].first, "x");
  EXPECT_TRUE(views.tensors[0].second.equal(at::arange(6, torch::kFloat32).view({2, 3})));
  EXPECT_TRUE(views.tensors[1].second.equal(at::tensor({1.0f, 4.0f})));
  EXPECT_EQ(views.tensors[2].second.numel(), 0);
  EXPECT_EQ(views.tensors[3].second.item<float>(), 5);
  const char* start = static_cast<const char*>(views.tensors[0].second.const_data_ptr());
  EXPECT_GE(start, views.file->bytes().data());
  EXPECT_LT(start, views.file->bytes().data() + views.file->bytes().size());
}

TEST_F(TorchCheckpoint, KnowsTheTypesOfNumbers) {
  for (const auto& [name, type] :
       {std::pair{"HalfStorage", torch::kFloat16}, std::pair{"BFloat16Storage", torch::kBFloat16},
        std::pair{"ShortStorage", torch::kInt16}}) {
    const std::string bytes = checkpoint_bytes({{.count = 12, .storage = std::string("torch\n") + name}}, six());
    if (type == torch::kInt16) {
      EXPECT_THAT(refusal(bytes), HasSubstr("names 'torch.ShortStorage'"));
    } else {
      EXPECT_EQ(load(bytes).tensors[0].second.scalar_type(), type);
    }
  }
}

TEST_F(TorchCheckpoint, RefusesTensorsThatLeadOutOfTheirNumbers) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(refusal_of(PickledTensor{}), "");
  EXPECT_THAT(refusal_of({.sizes = {2, 4}}), HasSubstr("a tensor leads out of the file"));
  EXPECT_THAT(refusal_of({.offset = 1}), HasSubstr("leads out of the file"));
  EXPECT_THAT(refusal_of({.offset = kLargest}), HasSubstr("leads out of the file"));
  EXPECT_THAT(refusal_of({.offset = -1}), HasSubstr("shape is not valid"));
  EXPECT_THAT(refusal_of({.strides = {-3, 1}}), HasSubstr("shape is not valid"));
  EXPECT_THAT(refusal_of({.sizes = {2}}), HasSubstr("shape is not valid"));
  EXPECT_THAT(refusal_of({.sizes = {kLargest, kLargest}, .strides = {kLargest, kLargest}}), HasSubstr("leads out"));
  EXPECT_THAT(refusal_of({.sizes = {1 << 30, 1 << 30}, .strides = {0, 0}}), HasSubstr("leads out")) << "asks for much";
  EXPECT_THAT(refusal_of({.count = 7}), HasSubstr("'0' has another size"));
  EXPECT_THAT(refusal_of({.count = kLargest}), HasSubstr("'0' has another size"));
  EXPECT_THAT(refusal_of({.key = "1"}), HasSubstr("there is no entry 'model/data/1'"));
}

TEST_F(TorchCheckpoint, RefusesWhatIsNoTableOfTensors) {
  EXPECT_THAT(refusal_of({.rebuild = "os\nsystem"}), AllOf(HasSubstr("model.bin: data.pkl"), HasSubstr("'os.system'")));
  EXPECT_THAT(refusal_of({.storage = "torch._utils\n_rebuild_tensor_v2"}), HasSubstr("lacks its numbers"));
  EXPECT_THAT(refusal_of({.rebuild = "torch\nFloatStorage"}), HasSubstr("lacks its numbers"));
  EXPECT_THAT(refusal(ZipBytes{{{"m/data.pkl", "K\x01."}}}.bytes()), HasSubstr("of another kind"));
  EXPECT_THAT(refusal(ZipBytes{{{"m/other", "K\x01."}}}.bytes()), HasSubstr("no table of tensors, data.pkl"));
  EXPECT_THAT(refusal(ZipBytes{{{"a/data.pkl", "}."}, {"b/data.pkl", "}."}}}.bytes()), HasSubstr("two tables"));
  EXPECT_THAT(refusal(checkpoint_bytes({{}}, six(), "big")), HasSubstr("big-endian"));
}

TEST_F(TorchCheckpoint, SaysWhatToDoWithTheOldForm) {
  EXPECT_THAT(refusal("\x80\x02\x8a\x0a"), AllOf(HasSubstr("before 1.6"), HasSubstr("weights_only=True")));
  EXPECT_THAT(refusal("hello"), HasSubstr("is not a file of PyTorch"));
  EXPECT_THAT(refusal(""), HasSubstr("is not a file of PyTorch"));
}

TEST_F(TorchCheckpoint, RefusesOneThatIsCutAnywhere) {
  const std::string bytes = checkpoint_bytes({{}}, six());
  for (std::size_t size = 0; size < bytes.size(); size += 3)
    EXPECT_THAT(refusal(bytes.substr(0, size)), HasSubstr("model.bin")) << size;
}

}  // namespace
}  // namespace dragoman
