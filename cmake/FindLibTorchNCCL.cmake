# Finds what a CUDA build of LibTorch needs besides for its NCCL classes: the headers of CUDA and NCCL, and CUDA's
# runtime library. A Python package of PyTorch brings the very ones that it was built with; a toolkit has them, too.
# Defines LibTorch::NCCL. A CPU build has none, and then nothing is searched.
unset(LibTorchNCCL_INCLUDE_DIRS)
unset(LibTorchNCCL_LIBRARY)
unset(_nccl_missing)
if(LibTorch_CUDA)
  # `torch` and `nvidia` stand side by side where Python's packages are.
  file(GLOB _nccl_folders "${LibTorch_INCLUDE_DIR}/../../nvidia/*")
  list(APPEND _nccl_folders "$ENV{CUDA_HOME}" /usr/local/cuda)
  foreach(_nccl_header nccl.h cuda_runtime_api.h crt/host_defines.h nv/target cublas_v2.h cusparse.h cusolverDn.h)
    find_path(_nccl_include "${_nccl_header}" HINTS ${_nccl_folders} PATH_SUFFIXES include NO_CACHE)
    if(_nccl_include)
      list(APPEND LibTorchNCCL_INCLUDE_DIRS "${_nccl_include}")
    else()
      list(APPEND _nccl_missing "${_nccl_header}")
    endif()
    unset(_nccl_include)
  endforeach()
  list(REMOVE_DUPLICATES LibTorchNCCL_INCLUDE_DIRS)
  find_library(LibTorchNCCL_LIBRARY NAMES libcudart.so.13 libcudart.so.12 cudart HINTS ${_nccl_folders}
    PATH_SUFFIXES lib lib64 NO_CACHE)
  list(JOIN _nccl_missing ", " _nccl_missing)
  set(_nccl_remedy "sums between GPUs will go through the CPU, lacking ${_nccl_missing}")
endif()

include(FindPackageHandleStandardArgs)
if(LibTorch_CUDA)
  if(_nccl_missing)
    set(LibTorchNCCL_INCLUDE_DIRS LibTorchNCCL_INCLUDE_DIRS-NOTFOUND)
  endif()
  find_package_handle_standard_args(LibTorchNCCL
    REQUIRED_VARS LibTorchNCCL_INCLUDE_DIRS LibTorchNCCL_LIBRARY
    REASON_FAILURE_MESSAGE "${_nccl_remedy}")
endif()

if(LibTorchNCCL_FOUND AND NOT TARGET LibTorch::NCCL)
  add_library(LibTorch::NCCL INTERFACE IMPORTED)
  target_include_directories(LibTorch::NCCL SYSTEM INTERFACE ${LibTorchNCCL_INCLUDE_DIRS})
  target_link_libraries(LibTorch::NCCL INTERFACE LibTorch::LibTorch "${LibTorchNCCL_LIBRARY}")
endif()
