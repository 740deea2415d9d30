#include "training/course/optimiser.h"

#include "tests/model/tensors.h"
#include "training/course/learning_rate.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace dragoman {
namespace {

using torch::Tensor;

struct TwoParameters : torch::nn::Module {
  TwoParameters() {
    a = register_parameter("a", random_tensor({7, 5}, 1, torch::kFloat64));
    b = register_parameter("b", random_tensor({9}, 2, torch::kFloat64));
  }
  Tensor a, b;
};

// Adam by hand (Kingma and Ba 2015, algorithm 1), with the whole gradient clipped first.
class HandAdam {
 public:
  HandAdam(std::vector<Tensor> parameters, const OptimiserOptions& options) : options_(options) {
    for (const Tensor& parameter : parameters) {
      parameters_.push_back(parameter.detach().clone());
      m_.push_back(torch::zeros_like(parameters_.back()));
      v_.push_back(torch::zeros_like(parameters_.back()));
    }
  }

  void step(const std::vector<Tensor>& gradients, double rate) {
    ++t_;
    double square = 0;
    for (const Tensor& gradient : gradients) square += gradient.square().sum().item<double>();
    const double norm = std::sqrt(square);
    const double factor = options_.clip_norm > 0 && norm > options_.clip_norm ? options_.clip_norm / norm : 1;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      Tensor& p = parameters_[i];
      Tensor g = gradients[i] * factor;
      if (options_.optimiser == OptimiserAlgorithm::adam) {
        g = g + options_.weight_decay * p;
      } else {
        p = p * (1 - rate * options_.weight_decay);
      }
      m_[i] = options_.beta1 * m_[i] + (1 - options_.beta1) * g;
      v_[i] = options_.beta2 * v_[i] + (1 - options_.beta2) * g * g;
      const Tensor m = m_[i] / (1 - std::pow(options_.beta1, t_)), v = v_[i] / (1 - std::pow(options_.beta2, t_));
      p = p - rate * m / (v.sqrt() + options_.epsilon);
    }
  }

  const std::vector<Tensor>& parameters() const { return parameters_; }

 private:
  OptimiserOptions options_;
  std::vector<Tensor> parameters_, m_, v_;
  int t_ = 0;
};

void set_gradients(TwoParameters& model, std::int64_t seed, double scale) {
  model.a.mutable_grad() = random_tensor({7, 5}, seed, torch::kFloat64) * scale;
  model.b.mutable_grad() = random_tensor({9}, seed + 100, torch::kFloat64) * scale;
}

TEST(Optimiser, IsAdamOrAdamW) {
  for (const auto algorithm : {OptimiserAlgorithm::adam, OptimiserAlgorithm::adamw}) {
    for (const double decay : {0.0, 0.1}) {
      for (const double clip : {0.0, 1.0}) {
        OptimiserOptions options;
        options.optimiser = algorithm;
        options.weight_decay = decay;
        options.clip_norm = clip;
        TwoParameters model;
        Optimiser optimiser(model, options);
        HandAdam by_hand({model.a, model.b}, options);
        for (int step = 1; step <= 6; ++step) {
          set_gradients(model, step, step % 2 == 0 ? 0.01 : 1);  // every second one is below the clipping norm
          const std::vector<Tensor> gradients{model.a.grad().clone(), model.b.grad().clone()};
          const double norm = torch::cat({gradients[0].flatten(), gradients[1]}).norm().item<double>();
          EXPECT_NEAR(optimiser.step(0.01 * step), norm, 1e-12 * norm);
          EXPECT_FALSE(model.a.grad().defined() || model.b.grad().defined());
          by_hand.step(gradients, 0.01 * step);
        }
        // The fused step takes the clipping factor in float32.
        const double tolerance = clip > 0 ? 1e-7 : 1e-13;
        EXPECT_LT(relative_error(model.a, by_hand.parameters()[0]), tolerance);
        EXPECT_LT(relative_error(model.b, by_hand.parameters()[1]), tolerance);
      }
    }
  }
}

TEST(Optimiser, SkipsGradientsThatAreNotFinite) {
  for (const double bad : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    TwoParameters model;
    Optimiser optimiser(model, {});
    set_gradients(model, 1, 1);
    optimiser.step(0.1);
    std::vector<Tensor> before{model.a.detach().clone(), model.b.detach().clone()};
    for (const auto& [name, tensor] : optimiser.state("")) before.push_back(tensor.clone());
    set_gradients(model, 2, 1);
    model.b.mutable_grad()[3] = bad;
    EXPECT_FALSE(std::isfinite(optimiser.step(0.1)));
    EXPECT_FALSE(model.a.grad().defined());
    EXPECT_TRUE(model.a.equal(before[0]) && model.b.equal(before[1]));
    std::size_t i = 2;
    for (const auto& [name, tensor] : optimiser.state("")) EXPECT_TRUE(tensor.equal(before[i++])) << name;
  }
}

TEST(Optimiser, AParameterWithoutGradientStays) {
  TwoParameters model;
  const Tensor before = model.b.detach().clone();
  Optimiser optimiser(model, {});
  model.a.mutable_grad() = torch::ones_like(model.a);
  optimiser.step(0.1);
  EXPECT_TRUE(model.b.equal(before));
  EXPECT_FALSE(model.a.equal(random_tensor({7, 5}, 1, torch::kFloat64)));
}

TEST(Optimiser, StateHasNamesAndRefersToItsTensors) {
  TwoParameters model;
  Optimiser optimiser(model, {});
  const NamedTensors state = optimiser.state("o.");
  std::vector<std::string> names;
  for (const auto& [name, tensor] : state) names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("o.first_moment.a", "o.second_moment.a", "o.steps.a",
                                                   "o.first_moment.b", "o.second_moment.b", "o.steps.b"));
  set_gradients(model, 1, 1);
  optimiser.step(0.1);
  for (const auto& [name, tensor] : state) {
    if (name.find("steps") != std::string::npos) {
      EXPECT_EQ(tensor.item<float>(), 1);
    }
    EXPECT_TRUE((tensor != 0).all().item<bool>()) << name;
  }
}

TEST(OptimiserOptions, NameWhatIsOutOfRange) {
  const auto expect_message = [](void (*change)(OptimiserOptions&), const char* message) {
    OptimiserOptions options;
    change(options);
    EXPECT_THAT([&] { options.validate(); }, testing::ThrowsMessage<std::invalid_argument>(message));
  };
  EXPECT_NO_THROW(OptimiserOptions().validate());
  expect_message([](OptimiserOptions& o) { o.beta1 = 1; }, "beta1 is 1, but must be at least 0 and below 1");
  expect_message([](OptimiserOptions& o) { o.beta2 = -0.5; }, "beta2 is -0.5, but must be at least 0 and below 1");
  expect_message([](OptimiserOptions& o) { o.epsilon = 0; }, "epsilon is 0, but must be positive");
  expect_message([](OptimiserOptions& o) { o.weight_decay = -1; }, "weight-decay is -1, but must be 0 or more");
  expect_message([](OptimiserOptions& o) { o.clip_norm = -1; }, "clip-norm is -1, but must be 0 or more");
}

TEST(LearningRate, FollowsItsSchedule) {
  struct Row {
    Schedule schedule;
    std::int64_t warmup, step;
    double expected;
  };
  // Peak 0.8, cosine to 0.2 at step 12.
  const Row rows[] = {{Schedule::inverse_sqrt, 4, 1, 0.2},
                      {Schedule::inverse_sqrt, 4, 3, 0.6},
                      {Schedule::inverse_sqrt, 4, 4, 0.8},
                      {Schedule::inverse_sqrt, 4, 16, 0.4},
                      {Schedule::inverse_sqrt, 4, 400, 0.08},
                      {Schedule::inverse_sqrt, 0, 1, 0.8},
                      {Schedule::inverse_sqrt, 0, 4, 0.4},
                      {Schedule::constant, 4, 2, 0.4},
                      {Schedule::constant, 4, 4, 0.8},
                      {Schedule::constant, 4, 900, 0.8},
                      {Schedule::constant, 0, 1, 0.8},
                      {Schedule::cosine, 4, 2, 0.4},
                      {Schedule::cosine, 4, 4, 0.8},
                      {Schedule::cosine, 4, 8, 0.5},
                      {Schedule::cosine, 4, 12, 0.2},
                      {Schedule::cosine, 4, 99, 0.2},
                      {Schedule::cosine, 4, 6, 0.2 + 0.3 * (1 + std::sqrt(0.5))}};
  for (const Row& row : rows) {
    LearningRateOptions options;
    options.learning_rate = 0.8;
    options.final_learning_rate = 0.2;
    options.schedule = row.schedule;
    options.warmup_steps = row.warmup;
    EXPECT_NEAR(learning_rate_at(row.step, 12, options), row.expected, 1e-15)
        << to_string(row.schedule) << " " << row.warmup << " " << row.step;
  }
}

TEST(LearningRate, RefusesOptionsOutOfRange) {
  const auto expect_message = [](void (*change)(LearningRateOptions&), const char* message) {
    LearningRateOptions options;
    change(options);
    EXPECT_THAT([&] { options.validate(); }, testing::ThrowsMessage<std::invalid_argument>(message));
  };
  EXPECT_NO_THROW(LearningRateOptions().validate());
  expect_message([](LearningRateOptions& o) { o.learning_rate = 0; }, "learning-rate is 0, but must be positive");
  expect_message([](LearningRateOptions& o) { o.learning_rate = NAN; }, "learning-rate is nan, but must be positive");
  expect_message([](LearningRateOptions& o) { o.warmup_steps = -1; }, "warmup-steps is -1, but must be 0 or more");
  expect_message([](LearningRateOptions& o) { o.final_learning_rate = 1; },
                 "final-learning-rate is 1, but must be from 0 to learning-rate, 0.0005");
  expect_message([](LearningRateOptions& o) { o.final_learning_rate = 1e-5; },
                 "final-learning-rate is the end of schedule cosine; give that, too, or neither");
}

}  // namespace
}  // namespace dragoman
