-- In all, and free within the file.
SELECT (SELECT page_count FROM pragma_page_count()) * s.page_size,
       (SELECT freelist_count FROM pragma_freelist_count()) * s.page_size
FROM pragma_page_size() AS s
