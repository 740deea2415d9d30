// What one form of self-attention costs at one length, for bench/attention.py: attention_cost FORM LENGTH
//
// Prints milliseconds of a forward and backward pass over one causal sequence of that length, megabytes that it took on
// top of what was there, and microseconds a row of a decoding step at its end (8 rows). Width 512, 8 heads, one thread.
#include "model/attention/forms/self_attention_form.h"
#include "model/layers/initialisation.h"
#include "model/layers/linear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/resource.h>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kRows = 8;
constexpr int kRounds = 5;
constexpr std::int64_t kTimedSteps = 32;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

double pass(SelfAttentionBase& attention, const Tensor& x) {
  const auto start = Clock::now();
  attention.forward({}, x, {}, Visibility::causal, {}).sum().backward();
  for (Tensor& parameter : attention.parameters()) parameter.mutable_grad().reset();
  return milliseconds_since(start);
}

double step_microseconds(SelfAttentionBase& attention, const Tensor& x) {
  const torch::NoGradGuard no_grad;
  attention.eval();
  for (const auto& module : attention.modules()) {
    if (auto* linear = module->as<LinearImpl>()) linear->pack();
  }
  const std::int64_t length = x.size(1);
  const auto state = attention.start(std::nullopt);
  DecoderIndex index(at::ones({kRows}, torch::kInt64), 1);
  std::vector<double> times;
  for (std::int64_t t = 0; t < length; ++t) {
    index.advance();
    const Tensor rows = x[0][t].unsqueeze(0).repeat({kRows, 1});
    const auto start = Clock::now();
    attention.step({}, rows, *state, index, {});
    if (t >= length - kTimedSteps) times.push_back(1000 * milliseconds_since(start) / kRows);
  }
  return median(times);
}

int run(const std::string& form, std::int64_t length) {
  at::set_num_threads(1);
  ModelConfig config;
  config.decoder_self_attention = form;
  config.attention_window = 64;
  config.source_vocabulary = config.target_vocabulary = 10;
  config.validate();
  RandomSites sites;
  const auto attention = make_self_attention(config, sites, {AttentionSite::Kind::decoder_self, 1});
  initialise(*attention, config, 1);
  attention->train();
  const Tensor x = at::randn({1, length, config.width});
  pass(*attention, x.narrow(1, 0, 1));
  const double before = peak_megabytes();
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) times.push_back(pass(*attention, x));
  const double megabytes = peak_megabytes() - before;
  fmt::print("{:.3f} {:.1f} {:.2f}\n", median(times), megabytes, step_microseconds(*attention, x));
  return 0;
}

}  // namespace
}  // namespace dragoman

int main(int count, char** arguments) {
  if (count != 3) {
    fmt::print(stderr, "attention_cost takes a form of self-attention and a length\n");
    return 2;
  }
  return dragoman::run(arguments[1], std::atol(arguments[2]));
}
