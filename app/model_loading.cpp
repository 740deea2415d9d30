#include "app/model_loading.h"

#include "decoding/engine/shortlist.h"
#include "decoding/engine/workers.h"
#include "model/device.h"

#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

void report_fallback(std::string_view what, torch::Device device, const Notice& notice) {
  if (!notice) return;
  notice(fmt::format("{}: not on this {} with this LibTorch; computing in fp32", what,
                     device.is_cpu() ? "processor" : "device"));
}

// None: as the weights are stored.
std::optional<WeightType> weight_type(InferencePrecision precision, torch::Device device, const Notice& notice) {
  if (precision == InferencePrecision::automatic) return std::nullopt;
  const auto wanted = enum_named<WeightType>(to_string(precision));
  if (is_fast(wanted, device)) return wanted;
  report_fallback(fmt::format("--precision {}", to_string(precision)), device, notice);
  return WeightType::fp32;
}

}  // namespace

LoadedModel load_model(const TranslationOptions& options, const Notice& notice) {
  const torch::Device device = device_named(options.device);
  const std::optional<WeightType> wanted = weight_type(options.precision, device, notice);
  LoadedModel loaded = load_model(options.model, device, wanted, options.load_options());
  if (!wanted && loaded.weight_type != loaded.stored_type)
    report_fallback(fmt::format("{}: a model in {}", options.model, to_string(loaded.stored_type)), device, notice);
  return loaded;
}

std::shared_ptr<const Engine> make_engine(LoadedModel loaded, const TranslationOptions& options,
                                          std::shared_ptr<const Workers> workers) {
  std::optional<Shortlist> shortlist;
  if (options.shortlist) shortlist = load_shortlist(options.model, loaded.tokenizers);
  if (!workers)
    workers = std::make_shared<const Workers>(options.threads, loaded.model->output_layer().weight.device());
  return std::make_shared<const Engine>(std::move(loaded.model), loaded.config, std::move(loaded.tokenizers),
                                        std::move(workers), std::move(shortlist));
}

}  // namespace dragoman
