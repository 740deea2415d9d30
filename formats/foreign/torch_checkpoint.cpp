#include "formats/foreign/torch_checkpoint.h"

#include "formats/foreign/pickle.h"
#include "formats/foreign/zip_archive.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";

struct Storage {
  std::string_view name;
  at::ScalarType type;
};
constexpr std::array kStorages = {
    Storage{"torch.FloatStorage", at::kFloat},   Storage{"torch.HalfStorage", at::kHalf},
    Storage{"torch.DoubleStorage", at::kDouble}, Storage{"torch.BFloat16Storage", at::kBFloat16},
    Storage{"torch.LongStorage", at::kLong},     Storage{"torch.IntStorage", at::kInt},
    Storage{"torch.CharStorage", at::kChar},     Storage{"torch.ByteStorage", at::kByte},
    Storage{"torch.BoolStorage", at::kBool}};

constexpr auto kGlobals = [] {
  std::array<std::string_view, kStorages.size() + 3> names{"collections.OrderedDict", kRebuildTensor,
                                                           kRebuildParameter};
  for (std::size_t i = 0; i < kStorages.size(); ++i) names[i + 3] = kStorages[i].name;
  return names;
}();

// What a persistent id of the pickle says: ("storage", class, key, device, elements).
struct StoredNumbers {
  std::string_view bytes;
  at::ScalarType type;
  std::uint64_t count;
};

class Checkpoint {
 public:
  explicit Checkpoint(const fs::path& path)
      : file_(std::make_shared<const MappedFile>(path)),
        name_(path.string()),
        archive_(require_zip(file_->bytes(), name_), name_),
        folder_(folder_of_pickle()),
        pickle_(archive_.read(folder_ + "data.pkl"), kGlobals, name_ + ": data.pkl") {
    if (archive_.contains(folder_ + "byteorder") && archive_.read(folder_ + "byteorder") != "little")
      throw std::runtime_error(name_ + ": its numbers are big-endian; save it anew on a usual processor");
  }

  TensorViews tensors() {
    TensorViews views{{}, file_};
    const auto pairs = pickle_.pairs(pickle_.root());
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
      views.tensors.emplace_back(std::string(pickle_.text(pairs[i])), tensor(pairs[i + 1]));
    return views;
  }

 private:
  static std::string_view require_zip(std::string_view bytes, const std::string& name) {
    if (ZipArchive::recognises(bytes)) return bytes;
    if (bytes.starts_with('\x80')) {
      throw std::runtime_error(fmt::format(
          "{}: is in the form that PyTorch had before 1.6, which cannot be read without executing it; convert it with "
          "Python: torch.save(torch.load(FILE, weights_only=True), FILE)",
          name));
    }
    throw std::runtime_error(fmt::format("{}: is not a file of PyTorch; copy it anew", name));
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw std::runtime_error(fmt::format("{}: {}; the file is damaged: copy it anew", name_, what));
  }

  // "archive/", or what the file was called when it was written.
  std::string folder_of_pickle() const {
    std::string found;
    for (const std::string_view name : archive_.names()) {
      constexpr std::string_view kPickle = "/data.pkl";
      if (!name.ends_with(kPickle) || name.find('/') != name.size() - kPickle.size()) continue;
      if (!found.empty()) refuse("it holds two tables of tensors");
      found = name.substr(0, name.find('/') + 1);
    }
    if (found.empty()) refuse("it holds no table of tensors, data.pkl");
    return found;
  }

  at::Tensor tensor(Pickle::Value value) {
    const auto [callee, arguments] = pickle_.call(value);
    const auto items = pickle_.items(arguments);
    if (pickle_.global(callee) != kRebuildParameter) return rebuilt(callee, items);
    if (items.empty()) refuse("a tensor lacks its numbers");
    const auto [inner, inner_arguments] = pickle_.call(items[0]);
    return rebuilt(inner, pickle_.items(inner_arguments));
  }

  // (storage, offset, sizes, strides, …)
  at::Tensor rebuilt(Pickle::Value callee, std::span<const Pickle::Value> arguments) {
    if (pickle_.global(callee) != kRebuildTensor || arguments.size() < 4) refuse("a tensor lacks its numbers");
    const StoredNumbers stored = storage(arguments[0]);
    const auto sizes = integers(arguments[2]), strides = integers(arguments[3]);
    const std::int64_t offset = pickle_.integer(arguments[1]);
    require_within(offset, sizes, strides, stored.count);
    const std::size_t width = c10::elementSize(stored.type);
    const char* start = stored.bytes.data() + static_cast<std::size_t>(offset) * width;
    if (reinterpret_cast<std::uintptr_t>(start) % width != 0)
      throw std::runtime_error(name_ + ": its numbers are not aligned; save it anew with torch.save()");
    return at::from_blob(
        const_cast<char*>(start), sizes, strides, [file = file_](void*) {}, at::dtype(stored.type));
  }

  std::vector<std::int64_t> integers(Pickle::Value tuple) const {
    std::vector<std::int64_t> numbers;
    for (const Pickle::Value item : pickle_.items(tuple)) numbers.push_back(pickle_.integer(item));
    return numbers;
  }

  // Every element lies in the storage, and there are no more of them than there.
  void require_within(std::int64_t offset, std::span<const std::int64_t> sizes, std::span<const std::int64_t> strides,
                      std::uint64_t count) const {
    constexpr std::size_t kMostDimensions = 8;
    if (sizes.size() != strides.size() || sizes.size() > kMostDimensions || offset < 0)
      refuse("a tensor's shape is not valid");
    std::uint64_t elements = 1, last = static_cast<std::uint64_t>(offset);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] < 0 || strides[i] < 0) refuse("a tensor's shape is not valid");
      const auto size = static_cast<std::uint64_t>(sizes[i]);
      std::uint64_t reach = 0;
      if (__builtin_mul_overflow(elements, size, &elements) ||
          (size > 0 && __builtin_mul_overflow(size - 1, static_cast<std::uint64_t>(strides[i]), &reach)) ||
          __builtin_add_overflow(last, reach, &last))
        refuse("a tensor leads out of the file");
    }
    if (elements > count || static_cast<std::uint64_t>(offset) > count || (elements > 0 && last >= count))
      refuse("a tensor leads out of the file");
  }

  StoredNumbers storage(Pickle::Value value) {
    if (pickle_.kind(value) != Pickle::Kind::persistent) refuse("a tensor lacks its numbers");
    const auto id = pickle_.items(pickle_.items(value)[0]);
    if (id.size() != 5 || pickle_.text(id[0]) != "storage") refuse("a tensor lacks its numbers");
    const std::string_view type = pickle_.global(id[1]);
    const auto known = std::ranges::find(kStorages, type, &Storage::name);
    const std::int64_t count = pickle_.integer(id[4]);
    if (known == kStorages.end() || count < 0) refuse("a tensor lacks its numbers");
    const std::string_view bytes = numbers(pickle_.text(id[2]));
    const std::size_t width = c10::elementSize(known->type);
    if (bytes.size() % width != 0 || bytes.size() / width != static_cast<std::uint64_t>(count))
      refuse(fmt::format("'{}' has another size than the table says", pickle_.text(id[2])));
    return {bytes, known->type, static_cast<std::uint64_t>(count)};
  }

  // Tensors may share one entry, whose checksum is compared once.
  std::string_view numbers(std::string_view key) {
    const auto [known, is_new] = read_.try_emplace(key);
    if (is_new) known->second = archive_.read(fmt::format("{}data/{}", folder_, key));
    return known->second;
  }

  std::shared_ptr<const MappedFile> file_;
  std::string name_;
  ZipArchive archive_;
  std::string folder_;
  Pickle pickle_;
  std::map<std::string_view, std::string_view> read_;
};

}  // namespace

TensorViews load_torch_checkpoint(const fs::path& path) {
  return Checkpoint(path).tensors();
}

}  // namespace dragoman
