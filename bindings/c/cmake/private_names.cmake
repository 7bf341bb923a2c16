# Writes TO, the archive FROM with names of its own for what it holds besides the library: libgit2 and zlib give plain
# names to their functions, and a program with a `crc32` or a libgit2 of its own could not be linked with them.
#
#   cmake -DNM=nm -DOBJCOPY=objcopy -DFROM=from.a -DTO=to.a -P private_names.cmake
cmake_minimum_required(VERSION 3.16)

# It says of files that have no symbols that they have none, and fails for it.
execute_process(COMMAND "${NM}" --extern-only --defined-only --format=posix "${FROM}"
  OUTPUT_VARIABLE listed ERROR_QUIET)
string(REGEX MATCHALL "[^\n]+" lines "${listed}")
set(renamed "")
foreach(line IN LISTS lines)
  # A plain name and the letter of its kind. Rust's own are mangled, or begin as no program's do.
  if(NOT line MATCHES "^(scope|rust)_" AND line MATCHES "^([A-Za-z][A-Za-z0-9_]*) [A-Z] ")
    string(APPEND renamed "${CMAKE_MATCH_1} __scope_core_${CMAKE_MATCH_1}\n")
  endif()
endforeach()
file(WRITE "${TO}.names" "${renamed}")
execute_process(COMMAND "${OBJCOPY}" "--redefine-syms=${TO}.names" "${FROM}" "${TO}" RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${OBJCOPY} cannot rename the symbols of ${FROM}: ${failed}")
endif()
