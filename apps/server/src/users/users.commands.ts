/** What `zcbot user …` calls; works beside a running server. */
export {};
