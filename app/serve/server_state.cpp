#include "app/serve/server_state.h"

#include "app/serve/page_files.h"
#include "base/markup.h"
#include "base/memory.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <string>

namespace dragoman {
namespace {

std::string gauge(const char* name, const char* help, std::uint64_t value) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
}

// As the value of a label has to be written.
std::string label_of(const std::string& text) {
  std::string label;
  for (const char c : printable(text)) label += c == '"' ? "\\\"" : c == '\\' ? "\\\\" : std::string(1, c);
  return label;
}

void answer_metrics(const ServingPointer& serving, const ExchangePointer& exchange) {
  std::string text = serving->lasting.statistics->to_text();
  const LineBatcher& batcher = serving->service->batcher();
  const LineBatcher::Counts counts = batcher.counts();
  text += fmt::format(
      "# HELP dragoman_lines_total Lines that were translated.\n# TYPE dragoman_lines_total counter\n"
      "dragoman_lines_total {}\n"
      "# HELP dragoman_batches_total Batches that these lines were translated in.\n"
      "# TYPE dragoman_batches_total counter\ndragoman_batches_total {}\n",
      counts.lines, counts.batches);
  text += gauge("dragoman_lines_waiting", "Lines that wait for their turn.", batcher.waiting());
  text += gauge("dragoman_memory_bytes", "Memory of the process.",
                static_cast<std::uint64_t>(std::max<std::int64_t>(memory_use().now, 0)));
  text += "# HELP dragoman_model_loaded Whether a model is in memory.\n# TYPE dragoman_model_loaded gauge\n";
  for (const ServedModels::State& state : serving->models->states()) {
    text += fmt::format("dragoman_model_loaded{{model=\"{}\"}} {}\n",
                        label_of(std::filesystem::path(state.directory).filename()), state.loaded ? 1 : 0);
  }
  exchange->respond({.content_type = "text/plain; version=0.0.4", .body = std::move(text)});
}

void answer_spec(const ServingPointer&, const ExchangePointer& exchange) {
  exchange->respond({.body = std::string(api_description())});
}

}  // namespace

std::string_view api_description() {
  return kOpenApi;
}

void add_server_state(Router& router) {
  router.add("GET", "/metrics", answer_metrics);
  router.add("GET", "/spec", answer_spec);
}

}  // namespace dragoman
