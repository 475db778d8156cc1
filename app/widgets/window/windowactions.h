#pragma once

namespace entvas {

class Actions;
class Board;
class Desk;
class Docking;
class FilterBar;
class StreamCard;
class Theme;

// Actions of a window that need nothing but what they act on, each group in one function.
void addEventActions(Actions *actions, Board &board, Desk *desk, FilterBar *filters);
void addStreamActions(Actions *actions, Board &board, Desk *desk);
void addLayoutActions(Actions *actions, const Docking *docking);
void addThemeActions(Actions *actions, Theme &theme);
// One switch for lists and exports of raw events; the same as the one in the stream.
void addFilterSwitch(Actions *actions, StreamCard *stream);
// What was arranged in the live stream, over restarts.
void rememberStream(StreamCard *stream);

} // namespace entvas
