/** Names that a language itself brings: a hole that uses `map` or `append` needs nothing of the project for it. */
import type { Family } from '../../server/complete/index/indexFile.ts';

function ownNames(values: readonly object[]): string[] {
  return values.flatMap((value) => Object.getOwnPropertyNames(value));
}

const ecma = [
  ...ownNames([
    globalThis,
    ...[
      Array,
      String,
      Number,
      Object,
      Function,
      Promise,
      Map,
      Set,
      WeakMap,
      RegExp,
      Date,
      Error,
      Symbol,
      Boolean,
    ].flatMap((type) => [type, type.prototype]),
    JSON,
    Math,
    Reflect,
    console,
    process,
  ]),
  'document window Partial Readonly Record Pick Omit Required Exclude Extract NonNullable Parameters ReturnType Awaited',
  'require module exports React useState useEffect useMemo useCallback useRef children props className style',
].flatMap((text) => text.split(' '));

const java =
  'Object String Integer Long Boolean Double Float Short Byte Character Number Class List Map Set Collection Collections ' +
  'Arrays ArrayList HashMap HashSet LinkedHashMap LinkedList Iterator Optional Objects Stream Collectors Exception ' +
  'RuntimeException IllegalArgumentException IllegalStateException NullPointerException UnsupportedOperationException ' +
  'IOException Throwable Error Thread System Math StringBuilder StringBuffer File Files Path Paths URL URI Pattern ' +
  'Override Deprecated equals hashCode toString getClass length size get put add remove contains containsKey isEmpty ' +
  'iterator next hasNext append format substring indexOf startsWith endsWith trim split toLowerCase toUpperCase charAt ' +
  'valueOf parseInt stream map filter collect forEach toArray asList out println getName getMessage close read write ' +
  'run call apply accept test of ofNullable orElse isPresent addAll putAll keySet values entrySet getKey getValue ' +
  'currentTimeMillis clone compareTo min max abs isInstance newInstance copyOf sort set clear concat replace matches';

const python =
  'ABC Any AttributeError Callable ClassVar Dict Enum Event Exception ExitStack Final Generic ImportError ' +
  'IndexError Iterable Iterator JSONDecodeError JSONDecoder JSONEncoder KeyError List Literal Lock Mapping ' +
  'NamedTuple NotImplementedError Optional PIPE Popen Protocol RuntimeError Sequence TYPE_CHECKING Thread Tuple ' +
  'TypeError TypeVar TypedDict Union ValueError abs absolute abspath abstractmethod acquire add addFilter ' +
  'addHandler add_argument add_argument_group add_note all altsep anchor any append appendleft args argv ' +
  'as_integer_ratio as_posix as_uri auto basename bit_count bit_length bool buffer cached_property callHandlers ' +
  'callable capitalize casefold cast catch_warnings ceil center chain characters_written check_call check_output ' +
  'chmod choice classmethod clear close closed cls codecs commonpath commonprefix communicate conjugate ' +
  'contextmanager copy count critical curdir cwd dataclass datetime debug decode decoder deepcopy defaultdict ' +
  'defpath denominator detach detect_encoding devnull dict difference difference_update dirname discard drive dump ' +
  'dumps elements encode encoder encoding end endpos endswith enumerate environ errno error errors exception ' +
  'executable exists exit exp expand expandtabs expanduser expandvars extend extendleft extsep fatal field fields ' +
  'filename filename2 fileno filter filterwarnings find findCaller findall finditer flags float floor flush format ' +
  'format_map from_bytes fromhex fromkeys fromtimestamp fullmatch genericpath get getChild getEffectiveLevel ' +
  'getatime getattr getctime getcwd getenv getfile getmembers getmtime getsize getsource getvalue glob group ' +
  'groupdict groupindex groups handle hardlink_to hasHandlers hasattr hash hex home id imag index info insert int ' +
  'intersection intersection_update isEnabledFor is_absolute is_block_device is_char_device is_dir is_fifo is_file ' +
  'is_integer is_mount is_relative_to is_reserved is_set is_socket is_symlink isabs isalnum isalpha isascii isatty ' +
  'isclass iscoroutinefunction isdecimal isdigit isdir isdisjoint isfile isfunction isidentifier isinstance islink ' +
  'islower ismethod ismount isnumeric isprintable isspace issubclass issubset issuperset istitle isupper items iter ' +
  'iterdir join joinpath keys kwargs lastgroup lastindex lchmod len lexists line_buffering link_to list listdir ' +
  'ljust load loads log lower lru_cache lstat lstrip makeRecord makedirs maketrans manager map match max maxlen ' +
  'maxsize min mkdir modules monotonic most_common move_to_end name namedtuple newlines next normcase normpath now ' +
  'numerator object open os overload owner parameters params pardir parent parents parse_args partial partition ' +
  'parts path pathsep pattern perf_counter pformat platform pop popitem popleft pos pprint print product property ' +
  'randint random range re read read_bytes read_text readable readline readlines readlink real realpath reconfigure ' +
  'reduce regs relative_to release relpath remove removeFilter removeHandler removeprefix removesuffix rename ' +
  'replace repr resolve returncode reverse reversed rfind rglob rindex rjust rmdir root rotate rpartition rsplit ' +
  'rstrip run samefile sameopenfile samestat scanner search seek seekable self sep set setLevel setattr setdefault ' +
  'shuffle signature simplefilter sleep sort sorted span split splitdrive splitext splitlines sqrt start startswith ' +
  'stat staticmethod stderr stdin stdout stem str strerror string strip sub subn subtract suffix suffixes sum super ' +
  'supports_unicode_filenames suppress swapcase symlink_to symmetric_difference symmetric_difference_update sys ' +
  'tell time timedelta timestamp timezone title to_bytes total total_seconds touch translate truncate tuple type ' +
  'union unlink update upper utcnow values version_info wait walk warn warning with_name with_stem with_suffix ' +
  'with_traceback wraps writable write write_bytes write_text write_through writelines zfill zip ';

export const builtIns: Partial<Record<Family, ReadonlySet<string>>> = {
  ecma: new Set(ecma),
  java: new Set(java.split(' ')),
  python: new Set(python.split(' ')),
};
