#pragma once

#include "app/cli/command_line.h"
#include "app/serve/http/server.h"
#include "app/service/line_batcher.h"
#include "app/service/served_models.h"
#include "app/translation_options.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

struct ServeOptions {
  TranslationOptions translation;
  std::vector<ServedModel> models;
  double memory_gb = 0;  ///< of loaded models; 0: no limit
  bool preload = false;

  std::string host = "127.0.0.1";
  int port = 5000;
  bool libretranslate = false;    ///< that program's defaults
  std::vector<std::string> cors;  ///< origins whose pages may ask, "*" for all
  std::string api_keys;           ///< a file of their hashes; empty: everybody may
  bool page = true;
  std::string access_log;  ///< a file, "-" for stdout; empty: none
  bool log_text = false;

  int char_limit = 200'000;  ///< of one text; 0: none
  int batch_limit = 5'000;   ///< texts in a request; 0: none
  int alternatives_limit = 20;
  int request_limit = 0;  ///< requests of a client in a minute; 0: none
  int waiting_lines = 20'000;
  int body_megabytes = 16;
  int all_body_megabytes = 256;
  int connections = 1024;
  int request_seconds = 600;  ///< 0: no limit
  int drain_seconds = 30;
};

void add_serve_options(CommandLine& line, ServeOptions& options);

/// Call after CommandLine::parse(). Throws std::invalid_argument naming what is out of range or contradicts itself.
void settle_serve_options(const CommandLine& line, ServeOptions& options);

HttpServerOptions http_options(const ServeOptions& options);
LineBatcher::Options batcher_options(const ServeOptions& options, const Workers& workers);

}  // namespace dragoman
