#!/usr/bin/perl
# A named subscriber of Lyt in Perl (Debian: libzmq-ffi-perl): prints alarms, acknowledges each.
# usage: subscriber.pl REPLAY NAME [TOPIC ...]
use strict;
use warnings;
use JSON::PP;
use ZMQ::FFI qw(ZMQ_DEALER);

my ($replay, $name, @topics) = @ARGV;
@topics = ('alarm.') unless @topics;
$| = 1;
my $context = ZMQ::FFI->new;
my $sock = $context->socket(ZMQ_DEALER);
$sock->set_linger(0);
$sock->connect($replay);

sub say_to { $sock->send_multipart(['', encode_json({@_})]) }
sub attach { say_to(request => 'attach', name => $name, topic => \@topics, since => 0) }

attach();
my $heard = time;
while (1) {
    unless ($sock->has_pollin) {
        select undef, undef, undef, 0.02;
        if (time > $heard) { say_to(request => 'beat'); $heard = time }    # each second
        next;
    }
    my @frames = $sock->recv_multipart;
    my $answer = decode_json($frames[-1]);
    for my $row (@{ $answer->{deliver} // [] }) {
        print "$row->{topic} $row->{event}{seq}\n";
        say_to(request => 'ack', seq => $row->{event}{seq});
    }
    my $error = $answer->{error} // next;
    die "$error\n" unless $error =~ /^attach first/;    # it would be refused again
    attach();                                           # the service was started anew
}
