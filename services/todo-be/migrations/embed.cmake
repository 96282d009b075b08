# Turns migrations/NNNN_name.sql into one .cpp: cmake -DFOLDER=... -DOUTPUT=... -P embed.cmake
file(GLOB files "${FOLDER}/[0-9][0-9][0-9][0-9]_*.sql")
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" sql)
  file(SHA256 "${file}" checksum)
  string(APPEND entries "    {\"${name}\", \"${checksum}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}.new" "#include \"store/schema/migrations.hpp\"

namespace tidings::todo_be {

namespace {

constexpr migration list[] = {
${entries}};

}  // namespace

std::span<const migration> migrations() { return list; }

}  // namespace tidings::todo_be
")
file(COPY_FILE "${OUTPUT}.new" "${OUTPUT}" ONLY_IF_DIFFERENT)
