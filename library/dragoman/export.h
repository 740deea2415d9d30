#pragma once

/// Marks what the library shows to programs.
#define DRAGOMAN_API __attribute__((visibility("default")))
