#include "kernels/rotation_kernel.h"
#include "model/attention/positions/position_scheme.h"
#include "model/model_config.h"

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

namespace dragoman {
namespace {

using torch::Tensor;

// That sentences seldom exceed; what is longer has its angles computed anew each time.
constexpr std::int64_t kPositions = 1024;

// Of positions [0, count), in fp64: [count, d/2].
Rotation computed(std::int64_t count, std::int64_t half) {
  const c10::InferenceMode for_training_too(false);
  const auto options = torch::dtype(torch::kFloat64);
  const Tensor rates = at::exp(at::arange(half, options) * (-std::log(10000.0) / static_cast<double>(half)));
  const Tensor angles = at::arange(count, options).unsqueeze(1) * rates;
  return {at::cos(angles), at::sin(angles)};
}

Rotation moved(const Rotation& rotation, c10::Device device) {
  const c10::InferenceMode for_training_too(false);
  return {rotation.cosines.to(device), rotation.sines.to(device)};
}

Rotation rounded(const Rotation& exact) {
  return {exact.cosines.to(torch::kFloat32), exact.sines.to(torch::kFloat32)};
}

class RotationTables {
 public:
  RotationTables(std::int64_t count, std::int64_t half) : exact_(computed(count, half)), single_(rounded(exact_)) {}

  // On a device whose copy is made once: each layer of each step would wait for another.
  const Rotation& exact_on(c10::Device device) const {
    if (device.is_cpu()) return exact_;
    const std::lock_guard lock(mutex_);
    const auto known = copies_.find(device);
    return known != copies_.end() ? known->second : copies_.emplace(device, moved(exact_, device)).first->second;
  }
  const Rotation& single() const { return single_; }

 private:
  Rotation exact_;
  Rotation single_;  // in fp32
  mutable std::mutex mutex_;
  mutable std::unordered_map<c10::Device, Rotation> copies_;
};

// All layers of all models with such heads have one.
std::shared_ptr<const RotationTables> shared_tables(std::int64_t half) {
  static std::mutex mutex;
  static std::map<std::int64_t, std::weak_ptr<const RotationTables>> all;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const RotationTables> tables = all[half].lock();
  if (!tables) all[half] = tables = std::make_shared<const RotationTables>(kPositions, half);
  return tables;
}

/// Pairs of numbers (i, i + d/2) of queries and keys turned by position · 10000^(-2i/d), so that their dot product
/// depends on the distance alone (Su et al. 2021, section 3.2; halves as in GPT-NeoX and Llama, not interleaved).
class RotaryPositions : public PositionScheme {
 public:
  explicit RotaryPositions(std::int64_t half) : half_(half), tables_(shared_tables(half)) {}

  Tensor rotate(const Tensor& x, std::int64_t first) const override { return turned(x, table(first, x.size(2), x)); }

  void rotate_rows(const Tensor& x, const Tensor& positions) const override {
    const std::int64_t end = positions.max().item<std::int64_t>() + 1;
    if (x.is_cpu() && x.scalar_type() == torch::kFloat32 && !at::GradMode::is_enabled()) {
      const Rotation table = end <= kPositions ? tables_->single() : rounded(computed(end, half_));
      turn_rows(x.mutable_data_ptr<float>(), x.stride(0), x.size(1), positions.const_data_ptr<std::int64_t>(),
                x.size(0), {table.cosines.const_data_ptr<float>(), table.sines.const_data_ptr<float>(), half_});
      return;
    }
    const Rotation table = exact_up_to(end, x.device());
    const Tensor places = positions.to(x.device());
    const auto of_rows = [&](const Tensor& all) {
      return all.index_select(0, places).to(x.options()).view({-1, 1, 1, half_});
    };
    x.copy_(turned(x.unsqueeze(2), {of_rows(table.cosines), of_rows(table.sines)}).squeeze(2));
  }

  std::optional<Rotation> rotation(std::int64_t count) const override {
    return table(0, count, at::empty({0}, torch::kFloat32));
  }

 private:
  // As `like`, [T, d/2].
  Rotation table(std::int64_t first, std::int64_t count, const Tensor& like) const {
    const Rotation all = exact_up_to(first + count, like.device());
    return {all.cosines.narrow(0, first, count).to(like.options()),
            all.sines.narrow(0, first, count).to(like.options())};
  }

  Rotation exact_up_to(std::int64_t end, c10::Device device) const {
    return end <= kPositions ? tables_->exact_on(device) : moved(computed(end, half_), device);
  }

  Tensor turned(const Tensor& x, const Rotation& by) const {
    const Tensor low = x.narrow(3, 0, half_), high = x.narrow(3, half_, half_);
    return at::cat({low * by.cosines - high * by.sines, high * by.cosines + low * by.sines}, 3);
  }

  std::int64_t half_;  // d/2
  std::shared_ptr<const RotationTables> tables_;
};

}  // namespace

std::unique_ptr<PositionScheme> make_rotary_positions(torch::nn::Module&, const ModelConfig& config,
                                                      const PositionPlace& place) {
  const std::int64_t width = config.width_of_head();
  if (width % 2 != 0)
    throw std::invalid_argument("rotary positions need heads of an even width; choose other heads or another width");
  return place.in_attention ? std::make_unique<RotaryPositions>(width / 2) : nullptr;
}

}  // namespace dragoman
