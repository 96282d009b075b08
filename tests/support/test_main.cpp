// Catch2 2 is headers only and compiles its main here; Catch2 3 brings a main in a library, and this file is empty.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
