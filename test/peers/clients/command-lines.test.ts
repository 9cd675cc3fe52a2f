import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { authorityOf } from '../../../src/local-cloud/services/authority.ts'
import { startCloud, UBUNTU } from '../../local-cloud/services/start-cloud.ts'
import { startWireServer, type WireServer } from '../../local-cloud/wire/wire-server.ts'
import { runPython } from '../python.ts'

let cloud: ReturnType<typeof startCloud>
let server: WireServer
beforeAll(async () => {
  cloud = startCloud({ keepOpen: true })
  server = await startWireServer(cloud.handlers, { authority: authorityOf(cloud.world) })
})
afterAll(async () => {
  await server.close()
  cloud.close()
})

interface Ran {
  code: number
  stdout: string
  stderr: string
}

/** Commands as a person types them, one after the other. Words with blanks are in single quotes. */
async function aws(...lines: readonly string[]): Promise<Ran[]> {
  const words = lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2]))
  const { accessKeyId, secretAccessKey } = cloud.world.userKey
  const environment = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_DEFAULT_REGION: cloud.world.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  return JSON.parse(await runPython(join(import.meta.dirname, 'awscli_calls.py'), words, environment))
}

const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}}'

test('awscli does what a person asks of it, its conveniences included', async () => {
  const ran = await aws(
    'sts get-caller-identity --query Account --output text',
    `iam create-role --role-name node --assume-role-policy-document '${TRUST}'`,
    'iam get-role --role-name node --query Role.AssumeRolePolicyDocument',
    'ec2 create-security-group --group-name web --description Web',
    'ec2 authorize-security-group-ingress --group-name web --protocol tcp --port 80-81 --cidr 10.0.0.0/8',
    'ec2 describe-security-groups --filters Name=group-name,Values=web,other --query SecurityGroups[].IpPermissions[].[FromPort,ToPort] --output text',
    `ec2 run-instances --image-id ${UBUNTU} --instance-type t3.large --count 2 --user-data '#!/bin/sh' --tag-specifications ResourceType=instance,Tags=[{Key=Name,Value=one}]`,
    'ec2 describe-instances --filters Name=tag:Name,Values=one --query length(Reservations[].Instances[])',
    'ssm put-parameter --name /a/b --value 1=2,3 --type SecureString --tags Key=k,Value=v',
    'ssm get-parameters-by-path --path /a --with-decryption --query Parameters[].Value --output text',
    'elbv2 describe-load-balancers --names none',
    'ec2 describe-instances --instance-ids i-0123456789abcdef0',
  )
  const said = ran.map(({ stdout, stderr }) => (stdout || stderr).trim())
  expect(said[0]).toBe(cloud.world.account)
  expect(JSON.parse(said[2] ?? '')).toEqual(JSON.parse(TRUST))
  expect(said[5]).toBe('80\t81')
  expect(said[7]).toBe('2')
  expect(said[9]).toBe('1=2,3')
  expect(said.slice(10)).toEqual([
    expect.stringContaining(
      'An error occurred (LoadBalancerNotFound) when calling the DescribeLoadBalancers',
    ),
    expect.stringContaining(
      'An error occurred (InvalidInstanceID.NotFound) when calling the DescribeInstances',
    ),
  ])
  expect(ran.map(({ code }) => code)).toEqual([...Array(10).fill(0), 255, 255])
}, 300_000)
