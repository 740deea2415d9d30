#pragma once

namespace dragoman {

/// What loading a model accepts besides one that is as it should be.
struct LoadOptions {
  bool allow_unvalidated = false;  ///< weights of a training that was stopped before its first validation
  bool ignore_manifest = false;    ///< files that are not as manifest.json has them
};

}  // namespace dragoman
