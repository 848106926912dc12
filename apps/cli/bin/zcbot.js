#!/usr/bin/env node
console.log('zcbot');
