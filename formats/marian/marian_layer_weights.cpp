#include "formats/marian/marian_layers.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

using torch::Tensor;

class TakenMarianWeights : public MarianNames {
 public:
  TakenMarianWeights(ForeignWeights& weights, NamedTensors& taken) : weights_(weights), taken_(taken) {}

  void matrix(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t in,
              std::int64_t out) override {
    std::vector<Tensor> parts;
    for (const std::string& name : theirs) parts.push_back(transposed(name, in, out));
    taken_.emplace_back(ours, at::cat(parts));
    for (const Tensor& part : parts) weights_.forget(part);
  }

  void vector(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t size, double otherwise,
              bool is_needed) override {
    std::vector<Tensor> parts;
    for (const std::string& name : theirs) {
      const bool takes = is_needed || weights_.contains(name);
      parts.push_back(takes ? weights_.take(name, {1, size}).flatten() : at::full({size}, otherwise, torch::kFloat32));
    }
    taken_.emplace_back(ours, at::cat(parts));
  }

  void gates(const std::string& ours, const std::string& first, const std::string& second,
             std::int64_t width) override {
    const Tensor zeros = at::zeros({width, width});
    taken_.emplace_back(ours, at::cat({at::cat({transposed(first, width, width), zeros}, 1),
                                       at::cat({zeros, transposed(second, width, width)}, 1)}));
  }

  void table(const std::string& ours, const std::string& theirs, std::int64_t rows, std::int64_t columns) override {
    taken_.emplace_back(ours, weights_.take(theirs, {rows, columns}));
  }

 private:
  Tensor transposed(const std::string& name, std::int64_t in, std::int64_t out) {
    return weights_.take(name, {in, out}).t();
  }

  ForeignWeights& weights_;
  NamedTensors& taken_;
};

class GivenMarianWeights : public MarianNames {
 public:
  explicit GivenMarianWeights(GivenWeights& given) : given_(given) {}

  void matrix(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t /*in*/,
              std::int64_t out) override {
    const Tensor whole = given_.own(ours);
    std::int64_t row = 0;
    for (const std::string& name : theirs) {
      given_.give(name, whole.narrow(0, row, out).t());
      row += out;
    }
  }

  void vector(const std::string& ours, const std::vector<std::string>& theirs, std::int64_t size, double /*otherwise*/,
              bool /*is_needed*/) override {
    const Tensor whole = given_.own(ours).unsqueeze(0);
    std::int64_t first = 0;
    for (const std::string& name : theirs) {
      given_.give(name, whole.narrow(1, first, size));
      first += size;
    }
  }

  void gates(const std::string& ours, const std::string& first, const std::string& second,
             std::int64_t width) override {
    const Tensor whole = given_.own(ours);
    const auto quarter = [&](std::int64_t row, std::int64_t column) {
      return whole.narrow(0, row * width, width).narrow(1, column * width, width);
    };
    for (const Tensor& other : {quarter(0, 1), quarter(1, 0)}) {
      if (!other.any().item<bool>()) continue;
      throw std::runtime_error(fmt::format(
          "'{}' has gates that look at both inputs, and cannot be exported: those of Marian look at one each", ours));
    }
    given_.give(first, quarter(0, 0).t());
    given_.give(second, quarter(1, 1).t());
  }

  // Both stacks have the same one.
  void table(const std::string& ours, const std::string& theirs, std::int64_t /*rows*/,
             std::int64_t /*columns*/) override {
    const Tensor own = given_.own(ours);
    for (const auto& [name, other] : given_.given()) {
      if (name != theirs) continue;
      if (other.equal(own)) return;
      throw std::runtime_error(
          fmt::format("'{}' is not the encoder's, and cannot be exported: Marian has one table for both stacks", ours));
    }
    given_.give(theirs, own);
  }

 private:
  GivenWeights& given_;
};

}  // namespace

void take_marian_layers(ForeignWeights& weights, const MarianNetwork& network, NamedTensors& taken) {
  TakenMarianWeights names(weights, taken);
  name_marian_layers(network, names);
}

void give_marian_layers(const MarianNetwork& network, GivenWeights& given) {
  GivenMarianWeights names(given);
  name_marian_layers(network, names);
}

}  // namespace dragoman
