#!/bin/sh
exec agent health
