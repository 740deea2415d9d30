#pragma once

#include "app/command_line.h"
#include "base/notice.h"
#include "decoding/translator.h"

#include <string>

namespace dragoman {

/// How the model's weights are kept; automatic: as they are stored, in fp32.
enum class InferencePrecision { automatic, fp32, bf16, int8 };

template <>
inline constexpr auto kEnumNames<InferencePrecision> =
    enum_names<InferencePrecision>({{InferencePrecision::automatic, "auto"},
                                    {InferencePrecision::fp32, "fp32"},
                                    {InferencePrecision::bf16, "bf16"},
                                    {InferencePrecision::int8, "int8"}});

/// What `translate` and `evaluate` need to translate with a model.
struct TranslationOptions {
  std::string model;            ///< the model directory
  std::string device = "auto";  ///< auto, cpu or cuda
  InferencePrecision precision = InferencePrecision::automatic;
  TranslatorOptions translator;
};

/// Adds the search, its batches and the device, but not the model.
void add_translation_options(CommandLine& line, TranslationOptions& options);

/// Loads the model. Call after CommandLine::parse(): of the limits of a batch, the one that the user gives holds alone.
/// `notice` hears of a precision that this machine does not have.
Translator make_translator(const CommandLine& line, TranslationOptions options, const Notice& notice);

}  // namespace dragoman
