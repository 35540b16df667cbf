# What the page's programs find different here from elsewhere, without a change in them:
#   perl -Iconformance/peers -MStage=time,3037,http,8080 PROGRAM
# output that is not held back, and services at other ports than their own, which belong to the system.
package Stage;
use strict;
use warnings;

sub import {
    my (undef, %port) = @_;
    $| = 1;
    no warnings 'once';
    *CORE::GLOBAL::getservbyname = sub ($$) {
        my ($name, $protocol) = @_;
        return CORE::getservbyname($name, $protocol) unless exists $port{$name};
        return wantarray ? ($name, '', $port{$name}, $protocol) : $port{$name};
    };
}

1;
