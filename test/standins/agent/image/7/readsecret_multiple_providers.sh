#!/bin/sh
exec agent secret-helper read --with-provider-prefixes
