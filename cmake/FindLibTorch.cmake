# Finds LibTorch (CPU or CUDA build) without LibTorch's own CMake package, which wants a CUDA toolkit for a CUDA build.
#
# Searched in this order: LIBTORCH (CMake variable or environment: a LibTorch folder or an installed Python `torch` folder),
# CMAKE_PREFIX_PATH, and the folder that `./run setup` fills.
# Defines LibTorch::LibTorch, LibTorch_VERSION, LibTorch_LIBRARY_DIR and LibTorch_CUDA (whether it is a CUDA build).
set(_libtorch_hints ${LIBTORCH} $ENV{LIBTORCH})
foreach(_prefix IN LISTS CMAKE_PREFIX_PATH)
  list(APPEND _libtorch_hints "${_prefix}" "${_prefix}/torch")
  # `torch.utils.cmake_prefix_path` names torch/share/cmake.
  get_filename_component(_libtorch_above "${_prefix}/../.." ABSOLUTE)
  list(APPEND _libtorch_hints "${_libtorch_above}")
endforeach()
list(APPEND _libtorch_hints "${CMAKE_SOURCE_DIR}/build/libtorch/torch")

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_libtorch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(LibTorch_LIBRARY torch HINTS ${_libtorch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
if(LibTorch_LIBRARY)
  get_filename_component(LibTorch_LIBRARY_DIR "${LibTorch_LIBRARY}" DIRECTORY)
  foreach(_name torch_cpu c10 torch_cuda c10_cuda)
    find_library(LibTorch_${_name}_LIBRARY ${_name} HINTS "${LibTorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
    mark_as_advanced(LibTorch_${_name}_LIBRARY)
  endforeach()
endif()
if(LibTorch_INCLUDE_DIR)
  foreach(_file torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(NOT LibTorch_VERSION AND EXISTS "${LibTorch_INCLUDE_DIR}/${_file}")
      file(STRINGS "${LibTorch_INCLUDE_DIR}/${_file}" _lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
      string(REGEX REPLACE "[^;0-9]+" "" _numbers "${_lines}")
      string(REPLACE ";" "." LibTorch_VERSION "${_numbers}")
    endif()
  endforeach()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run ./run setup, or set LIBTORCH to a LibTorch folder")
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_LIBRARY)

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  set(LibTorch_CUDA OFF)
  set(_libraries "${LibTorch_LIBRARY}" "${LibTorch_torch_cpu_LIBRARY}" "${LibTorch_c10_LIBRARY}")
  if(LibTorch_torch_cuda_LIBRARY)
    set(LibTorch_CUDA ON)
    list(APPEND _libraries "${LibTorch_torch_cuda_LIBRARY}" "${LibTorch_c10_cuda_LIBRARY}")
  endif()
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  # The operators register themselves when their library is loaded: keep all of them though nothing refers to them.
  target_link_libraries(LibTorch::LibTorch INTERFACE -Wl,--no-as-needed ${_libraries} -Wl,--as-needed)
endif()
