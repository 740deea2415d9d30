// Carries precompiled headers; see cmake/precompiled.cmake.
