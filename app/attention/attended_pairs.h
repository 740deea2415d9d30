#pragma once

#include "app/attention/attention_view.h"
#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/engine/translator.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// A line of the source, and of the target if there is one.
struct NumberedPair {
  std::int64_t line = 0;
  std::string source;
  std::optional<std::string> target;
};

/// A model that translates what has no translation, and tells what its attentions did.
class AttendingModel {
 public:
  /// Throws as load_model() does.
  AttendingModel(const TranslationOptions& options, const Notice& notice);

  const ModelConfig& config() const { return engine_->config(); }

  /// Lines without visible text never reach the model, nor does what stands beside them (AttendedPair::is_blank()).
  /// Throws std::runtime_error naming the line of a sentence that is longer than --max-source-length or than the
  /// model's positions reach.
  std::vector<AttendedPair> read(std::span<const NumberedPair> pairs, const AttentionReader::Filter& wanted) const;

 private:
  using Ids = std::vector<std::int32_t>;
  AttendingModel(std::shared_ptr<const Engine> engine, TranslatorOptions options);

  AttendedPair attend(const NumberedPair& pair, const Translation* translation, Ids& target) const;
  void add_frame(AttendedPair& pair) const;
  void check_length(std::int64_t line, const Ids& ids) const;
  void take_target(AttendedPair& pair, const std::string& text, Ids& ids) const;
  void take_translation(AttendedPair& pair, const Translation::Output& output, Ids& ids) const;

  std::shared_ptr<const Engine> engine_;
  TranslatorOptions options_;
  TextFrame frame_;
  AttentionReader reader_;
  Translator translator_;
};

}  // namespace dragoman
