# Finds LibTorch (CPU or CUDA build) without LibTorch's own CMake package, which wants a CUDA toolkit for a CUDA build.
#
# LIBTORCH (CMake variable or environment) names a LibTorch folder or the folder above an installed Python `torch`, and
# then nothing else is tried. Otherwise CMAKE_PREFIX_PATH (variable or environment; `torch.utils.cmake_prefix_path` will
# do) is searched, then the folder that `./run setup` fills.
# Defines LibTorch::LibTorch, LibTorch_VERSION, LibTorch_INCLUDE_DIR, LibTorch_LIBRARY_DIR and LibTorch_CUDA (whether it
# is a CUDA build).
if(NOT LIBTORCH AND DEFINED ENV{LIBTORCH})
  # Kept, so that a configuration started by Ninja later finds the same one.
  set(LIBTORCH "$ENV{LIBTORCH}" CACHE PATH "LibTorch folder" FORCE)
endif()
if(LIBTORCH)
  set(_libtorch_candidates "${LIBTORCH}" "${LIBTORCH}/torch")
  set(_libtorch_remedy "LIBTORCH is ${LIBTORCH}, which lacks include/ATen/ATen.h or lib/libtorch_cpu.so")
else()
  string(REPLACE ":" ";" _libtorch_prefixes "$ENV{CMAKE_PREFIX_PATH}")
  set(_libtorch_candidates "")
  foreach(_libtorch_prefix IN LISTS CMAKE_PREFIX_PATH _libtorch_prefixes)
    # `torch.utils.cmake_prefix_path` is share/cmake below the LibTorch folder.
    list(APPEND _libtorch_candidates "${_libtorch_prefix}" "${_libtorch_prefix}/torch" "${_libtorch_prefix}/../..")
  endforeach()
  list(APPEND _libtorch_candidates "${CMAKE_SOURCE_DIR}/build/libtorch/torch")
  set(_libtorch_remedy "run ./run setup, or set LIBTORCH to a LibTorch folder")
endif()

unset(LibTorch_INCLUDE_DIR)
unset(LibTorch_LIBRARY_DIR)
unset(LibTorch_VERSION)
foreach(_libtorch_folder IN LISTS _libtorch_candidates)
  if(EXISTS "${_libtorch_folder}/include/ATen/ATen.h" AND EXISTS "${_libtorch_folder}/lib/libtorch_cpu.so")
    get_filename_component(LibTorch_INCLUDE_DIR "${_libtorch_folder}/include" ABSOLUTE)
    get_filename_component(LibTorch_LIBRARY_DIR "${_libtorch_folder}/lib" ABSOLUTE)
    break()
  endif()
endforeach()

if(LibTorch_INCLUDE_DIR)
  foreach(_libtorch_file torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(NOT LibTorch_VERSION AND EXISTS "${LibTorch_INCLUDE_DIR}/${_libtorch_file}")
      file(STRINGS "${LibTorch_INCLUDE_DIR}/${_libtorch_file}" _libtorch_lines
        REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
      string(REGEX REPLACE "[^;0-9]+" "" _libtorch_numbers "${_libtorch_lines}")
      string(REPLACE ";" "." LibTorch_VERSION "${_libtorch_numbers}")
    endif()
  endforeach()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_LIBRARY_DIR LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "${_libtorch_remedy}")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  if(NOT LibTorch_VERSION OR LibTorch_VERSION VERSION_LESS 2.11 OR LibTorch_VERSION VERSION_GREATER_EQUAL 2.14)
    message(WARNING "LibTorch ${LibTorch_VERSION} is untried: Dragoman is made for 2.11 and 2.13.")
  endif()
  set(LibTorch_CUDA OFF)
  if(EXISTS "${LibTorch_LIBRARY_DIR}/libtorch_cuda.so")
    set(LibTorch_CUDA ON)
  endif()
  set(_libtorch_libraries "")
  foreach(_libtorch_name torch torch_cpu c10 torch_cuda c10_cuda)
    if(EXISTS "${LibTorch_LIBRARY_DIR}/lib${_libtorch_name}.so")
      list(APPEND _libtorch_libraries "${LibTorch_LIBRARY_DIR}/lib${_libtorch_name}.so")
    endif()
  endforeach()
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE ${_libtorch_libraries})
  # The OpenMP that LibTorch itself computes with: another one would bring threads of its own.
  file(GLOB _libtorch_openmp "${LibTorch_LIBRARY_DIR}/libgomp*")
  if(NOT _libtorch_openmp)
    find_package(OpenMP REQUIRED COMPONENTS CXX)
    set(_libtorch_openmp ${OpenMP_CXX_LIBRARIES})
  endif()
  add_library(LibTorch::OpenMP INTERFACE IMPORTED)
  target_link_libraries(LibTorch::OpenMP INTERFACE ${_libtorch_openmp})
  # Operators register themselves when their library is loaded, so all must be kept though nothing may refer to them.
  # One option, since CMake reorders separate ones; the list above is what gives the build its RPATH.
  list(JOIN _libtorch_libraries "," _libtorch_kept)
  target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--push-state,--no-as-needed,${_libtorch_kept},--pop-state")
endif()
