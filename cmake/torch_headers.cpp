// Carries the precompiled LibTorch headers; see cmake/targets.cmake.
