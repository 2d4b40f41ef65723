/**
 * Names that a check in Python can't have, because the agent would import another module in its place: those of Python's own
 * modules, of 3.11 and 2.7, and of libraries that the agent brings along.
 */
export const takenModules: ReadonlySet<string> = new Set(
  [
    "abc aifc anydbm argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect boto boto3",
    "botocore bs4 builtins bz2 cachetools calendar cgi cgitb checks chunk cmath cmd code codecs codeop collections",
    "colorsys commands compileall concurrent config configparser contextlib contextvars cookielib copy copy_reg copyreg",
    "cPickle cProfile crypt cryptography cStringIO csv ctypes curses dataclasses datadog datadog_checks datetime dbm",
    "ddtrace decimal difflib dis distutils dns docker doctest email encodings ensurepip enum errno exceptions",
    "faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob",
    "graphlib grp gzip hashlib heapq hmac hotshot html HTMLParser http httplib imaplib imghdr imp importlib inspect io",
    "ipaddress itertools jpype json kazoo keyword kubernetes ldap3 lib2to3 linecache locale logging lxml lzma mailbox",
    "mailcap marshal math md5 mimetypes mmap modulefinder multiprocessing netrc new nis nntplib ntplib nturl2path numbers",
    "opcode operator optparse orjson os os2emxpath ossaudiodev packaging paramiko pathlib pdb pickle pickletools pip",
    "pipes pkg_resources pkgutil platform plistlib popen2 poplib posix posixpath pprint profile prometheus_client pstats",
    "psutil psycopg psycopg2 pty pwd py_compile pyclbr pydantic pydoc pydoc_data pyexpat pymongo pymysql pyodbc pysnmp",
    "Queue queue quopri random re readline redis repr reprlib requests resource rethinkdb rlcompleter robotparser runpy",
    "sched secrets select selectors semver sets setuptools sgmllib sha shelve shlex shutil signal simplejson site six",
    "smtpd smtplib sndhdr snowflake socket SocketServer socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl",
    "stat statistics string StringIO stringprep struct subprocess sunau supervisor symtable sys sysconfig syslog tarfile",
    "telnetlib tempfile termios textwrap thread threading time timeit token tokenize tomllib trace traceback tracemalloc",
    "tty tuf types typing unicodedata unittest uptime urllib urllib2 urllib3 urlparse user UserDict util utils uu uuid",
    "venv warnings wave weakref webbrowser wrapt wsgiref xml xmlrpc xmlrpclib yaml zipfile zipimport zlib zoneinfo",
  ].flatMap((line) => line.split(" ")),
);
