
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'mqx' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'mqx'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'mqx' {
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print the version')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('pub', 'pub', [CompletionResultType]::ParameterValue, 'Publish a message, or each line of an input')
            [CompletionResult]::new('sub', 'sub', [CompletionResultType]::ParameterValue, 'Print the messages of topics')
            [CompletionResult]::new('sim-temp', 'sim-temp', [CompletionResultType]::ParameterValue, 'Simulate a thermometer that publishes what it measures')
            [CompletionResult]::new('broker', 'broker', [CompletionResultType]::ParameterValue, 'Run a broker on this machine, to try things on')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print the help of a command')
            break
        }
        'mqx;pub' {
            [CompletionResult]::new('-W', '-W ', [CompletionResultType]::ParameterName, 'Give up after D, with exit status 27, when what was asked for is not done by then')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after D, with exit status 27, when what was asked for is not done by then')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The topic; given more than once, the message goes to each')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'The topic; given more than once, the message goes to each')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The message')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'The message')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The file that is the message; with -l or --from-json, the file whose lines are messages')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The file that is the message; with -l or --from-json, the file whose lines are messages')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'QoS 0, 1 or 2 [default: 1]')
            [CompletionResult]::new('--qos', '--qos', [CompletionResultType]::ParameterName, 'QoS 0, 1 or 2 [default: 1]')
            [CompletionResult]::new('--repeat', '--repeat', [CompletionResultType]::ParameterName, 'Publish the message N times')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'With --repeat: once every D (1.5, 500ms, 3s, 2m, 1h) [default: as fast as possible]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Host name or address of the broker')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Host name or address of the broker')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port [default: 1883, with TLS 8883]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port [default: 1883, with TLS 8883]')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; other users of this machine can see a password in it')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; other users of this machine can see a password in it')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'The file that has the password; one newline at its end is taken off')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Client identifier [default: mqx and 12 random characters]')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Client identifier [default: mqx and 12 random characters]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Seconds without traffic after which the connection is checked; 0 never checks')
            [CompletionResult]::new('--keepalive', '--keepalive', [CompletionResultType]::ParameterName, 'Seconds without traffic after which the connection is checked; 0 never checks')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]')
            [CompletionResult]::new('--session-expiry', '--session-expiry', [CompletionResultType]::ParameterName, 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]')
            [CompletionResult]::new('--mqtt-version', '--mqtt-version', [CompletionResultType]::ParameterName, 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]')
            [CompletionResult]::new('-M', '-M ', [CompletionResultType]::ParameterName, 'The most messages of QoS 1 and 2 on their way at a time')
            [CompletionResult]::new('--max-inflight', '--max-inflight', [CompletionResultType]::ParameterName, 'The most messages of QoS 1 and 2 on their way at a time')
            [CompletionResult]::new('--max-packet', '--max-packet', [CompletionResultType]::ParameterName, 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]')
            [CompletionResult]::new('--cafile', '--cafile', [CompletionResultType]::ParameterName, 'Trust the certificates of this PEM file in place of the system''s')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'All of stdin is the message')
            [CompletionResult]::new('--stdin', '--stdin', [CompletionResultType]::ParameterName, 'All of stdin is the message')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Each line of stdin, or of -f FILE, is a message')
            [CompletionResult]::new('--lines', '--lines', [CompletionResultType]::ParameterName, 'Each line of stdin, or of -f FILE, is a message')
            [CompletionResult]::new('--from-json', '--from-json', [CompletionResultType]::ParameterName, 'Each line of stdin, or of -f FILE, is a message as sub --json prints it, with topic, QoS, retain and properties of its own; TOPIC, -q and -r are for lines that have none')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'The message is empty; with -r, this removes the retained message of the topic')
            [CompletionResult]::new('--empty', '--empty', [CompletionResultType]::ParameterName, 'The message is empty; with -r, this removes the retained message of the topic')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Ask the broker to retain the message')
            [CompletionResult]::new('--retain', '--retain', [CompletionResultType]::ParameterName, 'Ask the broker to retain the message')
            [CompletionResult]::new('--stats', '--stats', [CompletionResultType]::ParameterName, 'Say at the end what was sent, what was acknowledged, and how fast')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i')
            [CompletionResult]::new('--no-clean', '--no-clean', [CompletionResultType]::ParameterName, 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i')
            [CompletionResult]::new('--retry-first', '--retry-first', [CompletionResultType]::ParameterName, 'Try again when the first connection fails, too')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notes; warnings and errors stay')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Speak TLS; any other option of TLS and port 8883 mean it too')
            [CompletionResult]::new('--no-tls', '--no-tls', [CompletionResultType]::ParameterName, 'Speak plain MQTT, on port 8883 too')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Check nothing of the server''s certificate: anyone can read along')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mqx;sub' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'One more filter, as often as needed; these come before the others')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'One more filter, as often as needed; these come before the others')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'QoS 0, 1 or 2: one for all filters, or one for each in their order [default: 1]')
            [CompletionResult]::new('--qos', '--qos', [CompletionResultType]::ParameterName, 'QoS 0, 1 or 2: one for all filters, or one for each in their order [default: 1]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'End after N messages')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'End after N messages')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Run for D, then end with exit status 0')
            [CompletionResult]::new('-W', '-W ', [CompletionResultType]::ParameterName, 'Give up after D, with exit status 27, when what was asked for is not done by then')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after D, with exit status 27, when what was asked for is not done by then')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Host name or address of the broker')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Host name or address of the broker')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port [default: 1883, with TLS 8883]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port [default: 1883, with TLS 8883]')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; other users of this machine can see a password in it')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; other users of this machine can see a password in it')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'The file that has the password; one newline at its end is taken off')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Client identifier [default: mqx and 12 random characters]')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Client identifier [default: mqx and 12 random characters]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Seconds without traffic after which the connection is checked; 0 never checks')
            [CompletionResult]::new('--keepalive', '--keepalive', [CompletionResultType]::ParameterName, 'Seconds without traffic after which the connection is checked; 0 never checks')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]')
            [CompletionResult]::new('--session-expiry', '--session-expiry', [CompletionResultType]::ParameterName, 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]')
            [CompletionResult]::new('--mqtt-version', '--mqtt-version', [CompletionResultType]::ParameterName, 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]')
            [CompletionResult]::new('-M', '-M ', [CompletionResultType]::ParameterName, 'The most messages of QoS 1 and 2 on their way at a time')
            [CompletionResult]::new('--max-inflight', '--max-inflight', [CompletionResultType]::ParameterName, 'The most messages of QoS 1 and 2 on their way at a time')
            [CompletionResult]::new('--max-packet', '--max-packet', [CompletionResultType]::ParameterName, 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]')
            [CompletionResult]::new('--cafile', '--cafile', [CompletionResultType]::ParameterName, 'Trust the certificates of this PEM file in place of the system''s')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Leave retained messages out')
            [CompletionResult]::new('--no-retained', '--no-retained', [CompletionResultType]::ParameterName, 'Leave retained messages out')
            [CompletionResult]::new('--embedded', '--embedded', [CompletionResultType]::ParameterName, 'Start a broker in this process, for when you have none')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print topic, space, payload')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print topic, space, payload')
            [CompletionResult]::new('-N', '-N ', [CompletionResultType]::ParameterName, 'Print no newline after a payload')
            [CompletionResult]::new('--no-newline', '--no-newline', [CompletionResultType]::ParameterName, 'Print no newline after a payload')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print a JSON object a line: time, topic, payload and all properties')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print the bytes as they came, on a terminal too')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i')
            [CompletionResult]::new('--no-clean', '--no-clean', [CompletionResultType]::ParameterName, 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i')
            [CompletionResult]::new('--retry-first', '--retry-first', [CompletionResultType]::ParameterName, 'Try again when the first connection fails, too')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notes; warnings and errors stay')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Speak TLS; any other option of TLS and port 8883 mean it too')
            [CompletionResult]::new('--no-tls', '--no-tls', [CompletionResultType]::ParameterName, 'Speak plain MQTT, on port 8883 too')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Check nothing of the server''s certificate: anyone can read along')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mqx;sim-temp' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The topic [default: TEMPERATURE]')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'The topic [default: TEMPERATURE]')
            [CompletionResult]::new('--min', '--min', [CompletionResultType]::ParameterName, 'The lowest temperature')
            [CompletionResult]::new('--max', '--max', [CompletionResultType]::ParameterName, 'The temperature that is never reached')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'Measure once every D (1.5, 500ms, 3s, 2m, 1h); 0 is as fast as possible')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Measure the same temperatures as every run with this number')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'QoS 0, 1 or 2 [default: 1]')
            [CompletionResult]::new('--qos', '--qos', [CompletionResultType]::ParameterName, 'QoS 0, 1 or 2 [default: 1]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'End after N messages')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'End after N messages')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Run for D, then end with exit status 0')
            [CompletionResult]::new('-W', '-W ', [CompletionResultType]::ParameterName, 'Give up after D, with exit status 27, when what was asked for is not done by then')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after D, with exit status 27, when what was asked for is not done by then')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Host name or address of the broker')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Host name or address of the broker')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port [default: 1883, with TLS 8883]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port [default: 1883, with TLS 8883]')
            [CompletionResult]::new('-L', '-L ', [CompletionResultType]::ParameterName, 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; other users of this machine can see a password in it')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; other users of this machine can see a password in it')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'User name')
            [CompletionResult]::new('-P', '-P ', [CompletionResultType]::ParameterName, 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD')
            [CompletionResult]::new('--password', '--password', [CompletionResultType]::ParameterName, 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD')
            [CompletionResult]::new('--password-file', '--password-file', [CompletionResultType]::ParameterName, 'The file that has the password; one newline at its end is taken off')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Client identifier [default: mqx and 12 random characters]')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Client identifier [default: mqx and 12 random characters]')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Seconds without traffic after which the connection is checked; 0 never checks')
            [CompletionResult]::new('--keepalive', '--keepalive', [CompletionResultType]::ParameterName, 'Seconds without traffic after which the connection is checked; 0 never checks')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]')
            [CompletionResult]::new('--session-expiry', '--session-expiry', [CompletionResultType]::ParameterName, 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]')
            [CompletionResult]::new('--mqtt-version', '--mqtt-version', [CompletionResultType]::ParameterName, 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]')
            [CompletionResult]::new('-M', '-M ', [CompletionResultType]::ParameterName, 'The most messages of QoS 1 and 2 on their way at a time')
            [CompletionResult]::new('--max-inflight', '--max-inflight', [CompletionResultType]::ParameterName, 'The most messages of QoS 1 and 2 on their way at a time')
            [CompletionResult]::new('--max-packet', '--max-packet', [CompletionResultType]::ParameterName, 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run')
            [CompletionResult]::new('--retry', '--retry', [CompletionResultType]::ParameterName, 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]')
            [CompletionResult]::new('--cafile', '--cafile', [CompletionResultType]::ParameterName, 'Trust the certificates of this PEM file in place of the system''s')
            [CompletionResult]::new('--embedded', '--embedded', [CompletionResultType]::ParameterName, 'Start a broker in this process, for when you have none')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i')
            [CompletionResult]::new('--no-clean', '--no-clean', [CompletionResultType]::ParameterName, 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i')
            [CompletionResult]::new('--retry-first', '--retry-first', [CompletionResultType]::ParameterName, 'Try again when the first connection fails, too')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notes; warnings and errors stay')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Speak TLS; any other option of TLS and port 8883 mean it too')
            [CompletionResult]::new('--no-tls', '--no-tls', [CompletionResultType]::ParameterName, 'Speak plain MQTT, on port 8883 too')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Check nothing of the server''s certificate: anyone can read along')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mqx;broker' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Port to listen on, on this machine only')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on, on this machine only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notes; warnings and errors stay')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mqx;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mqx;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'mqx;help' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
